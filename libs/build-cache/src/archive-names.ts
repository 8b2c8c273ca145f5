import type { TarEntry } from './tar-reader.ts'

/** Folders in which a file would run as somebody's program at their next command. */
const FORBIDDEN = new Set(['.git'])

/**
 * Says of one entry after the other why it may not be unpacked, or nothing. Names stay below the folder they are unpacked to, and
 * nothing is written through a link. Names that a file system without case takes for one are one here.
 */
export function createNameCheck(): (entry: TarEntry) => string | undefined {
  const seen = new Map<string, TarEntry['kind']>()
  const links = new Set<string>()
  const folders = new Set<string>()
  return (entry) => {
    const name = entry.kind === 'directory' ? entry.name.replace(/\/$/, '') : entry.name
    const fault = nameFault(name) ?? (entry.kind === 'link' ? linkFault(name, entry.target) : undefined)
    if (fault !== undefined) return fault
    const folded = fold(name)
    const parents = parentsOf(folded)
    if (parents.some((parent) => links.has(parent))) return `${show(name)} stands below a link`
    const before = seen.get(name)
    if (before !== undefined && (before !== 'directory' || entry.kind !== 'directory'))
      return `${show(name)} is in it twice`
    if (entry.kind === 'link' && folders.has(folded)) return `${show(name)} is a link and a folder`
    if (links.has(folded)) return `${show(name)} is in it twice`
    seen.set(name, entry.kind)
    if (entry.kind === 'link') links.add(folded)
    else if (entry.kind === 'directory') folders.add(folded)
    for (const parent of parents) folders.add(parent)
    return undefined
  }
}

function nameFault(name: string): string | undefined {
  if (name === '') return 'it holds an entry without a name'
  if (name.startsWith('/')) return `${show(name)} is an absolute path`
  if (hasControl(name) || name.includes('\\')) return `${show(name)} holds a character that no name has`
  const parts = name.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return `${show(name)} is no plain path`
  if (parts.some((part) => FORBIDDEN.has(fold(part)))) return `${show(name)} is no output of a task`
  return undefined
}

function linkFault(name: string, target: string): string | undefined {
  if (target === '' || target.startsWith('/')) return `the link ${show(name)} leads to no relative path`
  if (hasControl(target) || target.includes('\\')) return `the link ${show(name)} leads to no path`
  const depth = { value: name.split('/').length - 1 }
  for (const part of target.split('/')) {
    if (part === '..') depth.value -= 1
    else if (part !== '' && part !== '.') depth.value += 1
    if (depth.value < 0) return `the link ${show(name)} leads out of its folder`
  }
  return undefined
}

function parentsOf(name: string): string[] {
  const parts = name.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function fold(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

function show(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 99)}…` : name)
}
