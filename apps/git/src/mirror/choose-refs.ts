import type { Listing, Refs } from './listing.ts'

export type LeftOut = { readonly name: string; readonly reason: string }

export type Chosen = { readonly refs: Refs; readonly leftOut: readonly LeftOut[] }

/** A lock file's name has to fit into 255 bytes beside that of the ref. */
const MOST_PART = 240
const MOST = 1_000

/**
 * The refs of upstream that every disk can hold side by side. Of names that some disks take for the same, and of `a` and `a/b` where these differ in
 * case, the one that is held already stays, otherwise the default branch, otherwise the first in the order of bytes.
 */
export function chooseRefs({ refs: offered, head }: Listing, held: Refs): Chosen {
  const leftOut: LeftOut[] = []
  const refs = new Map<string, string>()
  const taken = new Map<string, string>()
  const rank = (name: string): number => (held.has(name) ? 0 : name === head ? 1 : 2)
  const order = [...offered.keys()].sort((a, b) => rank(a) - rank(b) || compareBytes(a, b))
  for (const name of order) {
    const reason = faultOf(name) ?? collision(name, taken)
    if (reason !== undefined) leftOut.push({ name, reason })
    else {
      refs.set(name, offered.get(name) ?? '')
      for (const prefix of prefixesOf(name)) taken.set(fold(prefix), prefix === name ? name : `${prefix}/`)
    }
  }
  return { refs, leftOut }
}

/** What a disk may make of a name: case and composition of letters are lost. */
export function fold(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC')
}

/** The rules of git-check-ref-format(1), and what disks add to them. */
function faultOf(name: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0020\u007f~^:?*[\\\ufffd]|\.\.|@\{|\/\/|\.$|\/$/.test(name)) return 'it is no name of a ref'
  const parts = name.split('/')
  if (parts.some((part) => part.startsWith('.') || part.endsWith('.lock'))) return 'it is no name of a ref'
  if (parts.some((part) => /^(?:\.git|git~[0-9])$/i.test(part))) return 'it stands for a folder of git'
  const isLong = Buffer.byteLength(name) > MOST || parts.some((part) => Buffer.byteLength(part) > MOST_PART)
  return isLong ? 'its name is too long for a disk' : undefined
}

/** Some name on the way to it is taken by another one. */
function collision(name: string, taken: ReadonlyMap<string, string>): string | undefined {
  for (const prefix of prefixesOf(name)) {
    const found = taken.get(fold(prefix))
    const wanted = prefix === name ? name : `${prefix}/`
    if (found !== undefined && (found !== wanted || prefix === name))
      return `some disks do not tell it from ${found.replace(/\/$/, '')}`
  }
  return undefined
}

/** `refs/heads/a/b`: that of `a`, and its own. */
function prefixesOf(name: string): string[] {
  const parts = name.split('/')
  return parts.slice(2).map((_, index) => parts.slice(0, index + 3).join('/'))
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
