import { SaxesParser } from 'saxes'
import type { ReportedProject } from './report.ts'

/** What a test case holds besides its name: why it failed or was skipped, and what it wrote. */
export type Note = {
  tag: 'failure' | 'error' | 'skipped' | 'system-out' | 'system-err'
  message: string | undefined
  type: string | undefined
  text: string
}

export type Case = {
  name: string
  /** Path from the root; for an error outside of any test, what vitest calls it. */
  file: string
  /** Seconds. */
  time: number
  notes: readonly Note[]
}

export type Suite = {
  /** Path from the project's folder, or what vitest calls it. */
  name: string
  timestamp: string | undefined
  cases: Case[]
}

/** The tests of a project; `fault` says how its JUnit file is damaged, and then there are no suites. */
export type Suites = { suites: readonly Suite[]; fault: string | undefined }

type Tested = Pick<ReportedProject, 'folder' | 'junit'>

const NONE: Suites = { suites: [], fault: undefined }
const NOTES: ReadonlySet<string> = new Set<Note['tag']>(['failure', 'error', 'skipped', 'system-out', 'system-err'])

const read = new WeakMap<Tested, Suites>()

/** Reads a project's JUnit file. Several reports need it and it can be long, so each project's is read once. */
export function readSuites(project: Tested): Suites {
  const known = read.get(project)
  if (known !== undefined) return known
  const suites = project.junit === undefined ? NONE : parseSuites(project.junit, project.folder)
  read.set(project, suites)
  return suites
}

/** A file is damaged as it is where the run is counted (`parseJunit`): a test compares the two. */
function parseSuites(text: string, folder: string): Suites {
  try {
    const { told, suites } = collect(text, folder)
    const held = suites.reduce((sum, { cases }) => sum + cases.length, 0)
    if (told === undefined) return { suites: [], fault: 'it holds no test suites' }
    if (Number(told) === held) return { suites, fault: undefined }
    return { suites: [], fault: `its head says ${told} tests, and it holds ${held}` }
  } catch (error) {
    return { suites: [], fault: `it is no XML: ${(error as Error).message}` }
  }
}

function collect(text: string, folder: string): { told: string | undefined; suites: Suite[] } {
  const suites: Suite[] = []
  let told: string | undefined
  let note: Note | undefined
  const parser = new SaxesParser({ xmlns: false })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testsuites') told = attributes['tests']
    else if (name === 'testsuite') suites.push(createSuite(attributes))
    else if (name === 'testcase') addCase(suites, attributes, folder)
    else if (NOTES.has(name)) {
      note = { tag: name as Note['tag'], message: attributes['message'], type: attributes['type'], text: '' }
      addNote(suites.at(-1)?.cases.at(-1), note)
    }
  })
  const append = (part: string) => {
    if (note !== undefined) note.text += part
  }
  parser.on('text', append)
  parser.on('cdata', append)
  parser.on('closetag', ({ name }) => {
    if (NOTES.has(name)) note = undefined
  })
  parser.write(text).close()
  return { told, suites }
}

function createSuite(attributes: Readonly<Record<string, string>>): Suite {
  return { name: attributes['name'] ?? '?', timestamp: attributes['timestamp'], cases: [] }
}

/** A test that stands in no suite has one of its own name. */
function addCase(suites: Suite[], attributes: Readonly<Record<string, string>>, folder: string): void {
  if (suites.length === 0) suites.push(createSuite({ name: attributes['classname'] ?? '?' }))
  const cases = suites.at(-1)?.cases
  cases?.push(createCase(attributes, { folder, before: cases.at(-1) }))
}

/** Most tests of hundreds of thousands have nothing to say, and stand in the file of the one before. */
const SILENT: readonly Note[] = []

function createCase(
  attributes: Readonly<Record<string, string>>,
  { folder, before }: { folder: string; before: Case | undefined },
): Case {
  const place = attributes['classname'] ?? '?'
  const file = isFile(place) ? `${folder}/${place}` : place
  return {
    name: attributes['name'] ?? '?',
    file: file === before?.file ? before.file : file,
    time: Number(attributes['time']) || 0,
    notes: SILENT,
  }
}

function addNote(test: Case | undefined, note: Note): void {
  if (test !== undefined) test.notes = [...test.notes, note]
}

/** vitest puts errors outside of any test under a title, `vitest unhandled errors`. */
function isFile(place: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(place)
}

/** How a test ended. */
export function outcomeOf({ notes }: Pick<Case, 'notes'>): 'passed' | 'failure' | 'error' | 'skipped' {
  const tag = (wanted: Note['tag']) => notes.some((note) => note.tag === wanted)
  if (notes.length === 0) return 'passed'
  return tag('error') ? 'error' : tag('failure') ? 'failure' : tag('skipped') ? 'skipped' : 'passed'
}
