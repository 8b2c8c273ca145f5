import { expect, test } from 'vitest'
import { formatCodeQuality } from './format-code-quality.ts'
import { formatGithub } from './format-github.ts'
import type { Annotation } from './report.ts'
import { shorten } from './shorten.ts'

const annotation = (parts: Partial<Annotation> = {}): Annotation => ({
  file: 'apps/foo/src/a.ts',
  line: 3,
  column: 5,
  severity: 'error',
  title: 'TS1',
  message: 'wrong',
  ...parts,
})

const many = (count: number, parts: (index: number) => Partial<Annotation>) =>
  Array.from({ length: count }, (_, index) => annotation({ message: `message ${index}`, ...parts(index) }))

const lines = (annotations: readonly Annotation[]) => formatGithub(annotations).trimEnd().split('\n')

test('a workflow command names file, line, column and title', () => {
  expect(formatGithub([annotation(), annotation({ severity: 'warning', line: undefined, column: undefined })])).toBe(
    '::error file=apps/foo/src/a.ts,line=3,col=5,title=TS1::wrong\n::warning file=apps/foo/src/a.ts,title=TS1::wrong\n',
  )
  expect(formatGithub([])).toBe('')
})

test('no text ends a command, begins another, or adds a property', () => {
  const text = '100%\r\n::error file=x::y, z: é'
  expect(formatGithub([annotation({ file: 'a,line=9:b', title: text, message: text })])).toBe(
    '::error file=a%2Cline=9%3Ab,line=3,col=5,title=100%25%0D%0A%3A%3Aerror file=x%3A%3Ay%2C z%3A é::100%25%0D%0A::error file=x::y, z: é\n',
  )
})

test('GitHub shows ten of each: the tenth says how many more there are', () => {
  const errors = many(25, (index) => ({ file: `${index}.ts` }))
  const warnings = many(10, (index) => ({ file: `${index}.ts`, severity: 'warning' }))
  const found = lines([...errors, ...warnings])
  expect(found.filter((line) => line.startsWith('::error '))).toHaveLength(10)
  expect(found[9]).toBe('::error title=16 more::16 more are in the summary and the report of this run.')
  expect(found.slice(10)).toHaveLength(10)
  expect(found.at(-1)).toContain('message 9')
})

test('those with a line come first, one of each file before the second of any', () => {
  const flood = many(20, () => ({ file: 'flood.ts' }))
  const found = lines([annotation({ line: undefined, message: 'nowhere' }), ...flood, annotation({ message: 'other' })])
  expect(found.slice(0, 3).map((line) => line.split('::').at(-1))).toEqual(['message 0', 'other', 'message 1'])
  expect(found.join('\n')).not.toContain('nowhere')
})

type Issue = { fingerprint: string; location: { path: string; lines: { begin: number } } } & Record<string, unknown>

const issues = (...annotations: Annotation[]) => JSON.parse(formatCodeQuality(annotations)) as Issue[]
const fingerprint = (parts: Partial<Annotation>) => issues(annotation(parts))[0]?.fingerprint

test('an issue of GitLab has what its report needs', () => {
  expect(issues(annotation(), annotation({ severity: 'warning', line: undefined }))).toEqual([
    {
      description: 'TS1: wrong',
      check_name: 'TS1',
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      severity: 'major',
      location: { path: 'apps/foo/src/a.ts', lines: { begin: 3 } },
    },
    expect.objectContaining({ severity: 'minor', location: { path: 'apps/foo/src/a.ts', lines: { begin: 1 } } }),
  ])
  expect(issues()).toEqual([])
})

test('a fingerprint is the same in the next run: wherever the line moved, whatever port or folder it was', () => {
  const message = 'connect 127.0.0.1:4711 of /tmp/x-a1b2 failed after 12 ms'
  const next = 'connect 127.0.0.1:80 of /tmp/x-c3 failed after 9 ms'
  expect(fingerprint({ message, line: 3 })).toBe(fingerprint({ message: next, line: 90 }))
})

test('it differs by file, title and words, and between equal findings of one file', () => {
  const [first, second] = issues(annotation(), annotation({ line: 9 }))
  const others = [{ file: 'b.ts' }, { title: 'TS2' }, { message: 'other' }].map(fingerprint)
  expect(new Set([first?.fingerprint, second?.fingerprint, ...others]).size).toBe(5)
})

test('a long text is shortened to whole lines, and says so', () => {
  expect(shorten('short', 5)).toBe('short')
  expect(shorten('one\ntwo\nthree', 10)).toBe('one\ntwo\n…')
  expect(shorten('one\ntwo\nthree', 9)).toBe('one\n…')
  expect(shorten('one\ntwo\nthree', 10, 'end')).toBe('…\nthree')
  expect(shorten('x'.repeat(100), 10)).toBe(`${'x'.repeat(8)}\n…`)
})
