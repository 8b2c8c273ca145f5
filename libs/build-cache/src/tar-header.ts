/** What a tar of Nx holds; `longName` and `longLink` are GNU's, for what is longer than a header has room for. */
export type TarKind = 'file' | 'directory' | 'link' | 'result' | 'longName' | 'longLink'

export type TarHeader = {
  readonly kind: TarKind
  readonly name: string
  readonly target: string
  readonly size: number
  readonly isExecutable: boolean
}

export const BLOCK = 512

/** Longest path of an output, and longest target of a link, in bytes. */
export const LONGEST_NAME = 1024

/** What Nx adds to a task's outputs, each under a header of tar's first format. Everything else has one of GNU's. */
export const RESULTS: readonly string[] = ['terminalOutput', 'code']

/** By the flags of GNU's format; what another format means by them is another thing. */
const KINDS: Readonly<Record<string, TarKind>> = {
  '0': 'file',
  '5': 'directory',
  '2': 'link',
  L: 'longName',
  K: 'longLink',
}

/** What a folder needs to be filled, and anything to be read, by who unpacks it. */
const OWNER_ALL = 0o700
const OWNER_READS = 0o400

/**
 * The header in a block of 512 bytes, or in words why Nx has not written it. Whatever two programs could read in two ways (a
 * version, a flag or a number of another format) is refused. Times are read for that alone; owners, which nobody restores, are not.
 */
export function parseTarHeader(block: Buffer): TarHeader | string {
  if (readNumber(block, 148, 8) !== checksum(block)) return DAMAGED
  const size = readNumber(block, 124, 12)
  const name = readText(block, 0, 100)
  const target = readText(block, 157, 100)
  if (size === undefined || readNumber(block, 136, 12) === undefined) return DAMAGED
  if (name === undefined || target === undefined) return 'it holds a name that is no UTF-8'
  const flag = String.fromCharCode(block[156] ?? 0)
  const found = { name, target, size, isExecutable: false }
  const format = block.toString('latin1', 257, 265)
  if (format === '\0'.repeat(8) && flag === '\0' && RESULTS.includes(name)) return { ...found, kind: 'result' }
  if (format !== 'ustar  \0') return 'a header of it has another format'
  const kind = KINDS[flag]
  if (kind === undefined) return `it holds an entry of the kind ${JSON.stringify(flag)}`
  const mode = readNumber(block, 100, 8)
  if (mode === undefined) return DAMAGED
  const fault = kindFault(kind, size, mode)
  return fault ?? { ...found, kind, isExecutable: (mode & 0o100) !== 0 }
}

const DAMAGED = 'a header of it is damaged'

function kindFault(kind: TarKind, size: number, mode: number): string | undefined {
  if ((kind === 'directory' || kind === 'link') && size !== 0) return 'it holds a directory or link with bytes'
  const needed = kind === 'directory' ? OWNER_ALL : kind === 'file' ? OWNER_READS : 0
  return (mode & needed) === needed ? undefined : `it holds a ${kind} that its owner cannot use`
}

/** The sum of all bytes, those of the sum itself taken for blanks. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20
  for (let at = 0; at < 148; at += 1) sum += block[at] ?? 0
  for (let at = 156; at < BLOCK; at += 1) sum += block[at] ?? 0
  return sum
}

/** Octal digits that fill the field, and a NUL. */
function readNumber(block: Buffer, at: number, length: number): number | undefined {
  const text = block.toString('latin1', at, at + length)
  return /^[0-7]+\0$/.test(text) ? Number.parseInt(text, 8) : undefined
}

/** Up to the first NUL. Undefined when it is no UTF-8. */
function readText(block: Buffer, at: number, length: number): string | undefined {
  const end = block.indexOf(0, at)
  return decode(block.subarray(at, end === -1 || end > at + length ? at + length : end))
}

/** Undefined when it is no UTF-8. */
export function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
