import { LONGEST_NAME, RESULTS } from './tar-header.ts'
import type { OutputEntry } from './tar-reader.ts'

/** Folders in which a file would run as somebody's program at their next command. */
const FORBIDDEN = new Set(['.GIT'])

/** What file systems take for one part of a path, in bytes. */
const LONGEST_PART = 255
const DEEPEST = 64

type Node = { readonly kind: 'file' | 'link' } | Folder
type Folder = { readonly kind: 'directory'; readonly children: Map<string, Node>; isListed: boolean }

/**
 * Says of one entry after the other why it may not be unpacked, or nothing. Names stay below the folder they are unpacked to, and
 * nothing stands below a file or a link, so that `..` at the beginning of a link's target leads where its text says. Names that a
 * file system takes for one, because case or the form of an accent do not count there, are one here. Each part of a path is kept
 * once, and at most `most` of them: what a name costs does not grow with those before it.
 */
export function createNameCheck(most: number): (entry: OutputEntry) => string | undefined {
  const root = createFolder()
  let count = 0
  const add = (parent: Folder, part: string, node: Node): void => {
    parent.children.set(part, node)
    count += 1
  }
  return (entry) => {
    const { name, kind } = entry
    const parts = fold(name).split('/')
    const fault = nameFault(name, parts) ?? (kind === 'link' ? linkFault(name, entry.target) : undefined)
    if (fault !== undefined) return fault
    const last = parts.pop() ?? ''
    let parent = root
    for (const part of parts) {
      const known = parent.children.get(part)
      if (known !== undefined && known.kind !== 'directory') return `${show(name)} stands below a ${known.kind}`
      const next = known ?? createFolder()
      if (known === undefined) add(parent, part, next)
      parent = next
    }
    const known = parent.children.get(last)
    if (known === undefined) add(parent, last, kind === 'directory' ? createFolder(true) : { kind })
    else if (known.kind !== 'directory' || kind !== 'directory') return twice(name, kind, known.kind)
    else if (known.isListed) return twice(name, kind, kind)
    else known.isListed = true
    return count > most ? `it holds more than ${most} files` : undefined
  }
}

function createFolder(isListed = false): Folder {
  return { kind: 'directory', children: new Map(), isListed }
}

function twice(name: string, one: OutputEntry['kind'], other: OutputEntry['kind']): string {
  if (one !== other && (one === 'directory' || other === 'directory'))
    return `${show(name)} is a ${one === 'directory' ? other : one} and a folder`
  return `${show(name)} is in it twice, or in two spellings`
}

function nameFault(name: string, folded: readonly string[]): string | undefined {
  if (name === '') return 'it holds an entry without a name'
  if (Buffer.byteLength(name) > LONGEST_NAME) return 'it holds a name that is too long'
  if (name.startsWith('/')) return `${show(name)} is an absolute path`
  if (hasControl(name) || name.includes('\\')) return `${show(name)} holds a character that no name has`
  const parts = name.split('/')
  if (parts.length > DEEPEST) return `${show(name)} has more than ${DEEPEST} parts`
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return `${show(name)} is no plain path`
  if (parts.some((part) => Buffer.byteLength(part) > LONGEST_PART)) return 'it holds a name that is too long'
  if (RESULTS.includes(name) || folded.some((part) => FORBIDDEN.has(part)))
    return `${show(name)} is no output of a task`
  return undefined
}

/** Way up, then way down: behind a way down, which may go through links, nobody can say where `..` leads. */
function linkFault(name: string, target: string): string | undefined {
  if (target === '' || target.startsWith('/')) return `the link ${show(name)} leads to no relative path`
  if (hasControl(target) || target.includes('\\')) return `the link ${show(name)} leads to no path`
  const parts = target.split('/').filter((part) => part !== '' && part !== '.')
  const down = parts.findIndex((part) => part !== '..')
  const up = down === -1 ? parts.length : down
  if (parts.includes('..', up)) return `the link ${show(name)} leads up behind a way down`
  return up < name.split('/').length ? undefined : `the link ${show(name)} leads out of its folder`
}

/** One text for all names that macOS takes for one, with or without case, and whatever form their accents have. */
function fold(name: string): string {
  if (/^[ -~]*$/.test(name)) return name.toUpperCase()
  const plain = name.normalize('NFC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
  return plain.toLowerCase().toUpperCase().normalize('NFC')
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

function show(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 99)}…` : name)
}
