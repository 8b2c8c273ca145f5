/** What a tar of Nx holds; `longName` and `longLink` are GNU's, for what is longer than a header has room for. */
export type TarKind = 'file' | 'directory' | 'link' | 'longName' | 'longLink'

export type TarHeader = {
  readonly kind: TarKind
  readonly name: string
  readonly target: string
  readonly size: number
  readonly isExecutable: boolean
}

export const BLOCK = 512

const KINDS: Readonly<Record<string, TarKind>> = {
  '\0': 'file',
  '0': 'file',
  '5': 'directory',
  '2': 'link',
  L: 'longName',
  K: 'longLink',
}

/** The header in a block of 512 bytes, or in words why it is none. Format: POSIX ustar, and GNU tar's. */
export function parseTarHeader(block: Buffer): TarHeader | string {
  if (readOctal(block, 148, 8) !== checksum(block)) return 'a header of it is damaged'
  const flag = String.fromCharCode(block[156] ?? 0)
  const kind = KINDS[flag]
  if (kind === undefined) return `it holds an entry of the kind ${JSON.stringify(flag)}`
  const size = readOctal(block, 124, 12)
  const mode = readOctal(block, 100, 8)
  if (size === undefined || mode === undefined) return 'a header of it is damaged'
  if (kind !== 'file' && !kind.startsWith('long') && size !== 0) return 'it holds a directory or link with bytes'
  const name = readText(block, 0, 100)
  const prefix = isPosix(block) ? readText(block, 345, 155) : ''
  const target = readText(block, 157, 100)
  if (name === undefined || prefix === undefined || target === undefined) return 'it holds a name that is no UTF-8'
  return { kind, name: prefix === '' ? name : `${prefix}/${name}`, target, size, isExecutable: (mode & 0o100) !== 0 }
}

/** GNU's own format keeps times where POSIX has the first part of a long name. */
function isPosix(block: Buffer): boolean {
  return block.toString('latin1', 257, 263) === 'ustar\0'
}

/** The sum of all bytes, those of the sum itself taken for blanks. */
function checksum(block: Buffer): number {
  const sum = { value: 8 * 0x20 }
  for (let at = 0; at < 148; at += 1) sum.value += block[at] ?? 0
  for (let at = 156; at < BLOCK; at += 1) sum.value += block[at] ?? 0
  return sum.value
}

function readOctal(block: Buffer, at: number, length: number): number | undefined {
  const text = block
    .toString('latin1', at, at + length)
    .replace(/[\0 ]+$/, '')
    .trimStart()
  return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : text === '' ? 0 : undefined
}

/** Up to the first NUL. Undefined when it is no UTF-8. */
export function readText(bytes: Buffer, at: number, length: number): string | undefined {
  const end = bytes.indexOf(0, at)
  const stop = end === -1 || end > at + length ? at + length : end
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(at, stop))
  } catch {
    return undefined
  }
}
