import { gzipSync } from 'node:zlib'

/** One entry of an archive for tests; what Nx would never write can be said too. */
export type ArchiveEntry = {
  readonly name: string
  /** Default: `0`, a file. `5`: a directory, `2`: a link, `L` and `K`: GNU's long names. */
  readonly flag?: string
  readonly body?: string | Buffer
  readonly mode?: number
  readonly target?: string
  /** Seconds since 1970. */
  readonly time?: number
  /** Default: GNU's. `old`: the format of Nx's own two entries, which says nothing but name and size. */
  readonly format?: 'gnu' | 'old'
  /** Changes the header once it is made, before its sum. */
  readonly spoil?: (header: Buffer) => void
}

/** What Nx adds to the outputs of every task. */
export const RESULT: readonly ArchiveEntry[] = [
  { name: 'terminalOutput', body: 'done\n', format: 'old' },
  { name: 'code', body: Buffer.alloc(4), format: 'old' },
]

/** The archive of a task's result, as Nx writes it, with these outputs: texts by their paths, or entries. For tests. */
export function createArchive(outputs: Readonly<Record<string, string>> | readonly ArchiveEntry[]): Buffer {
  const entries = Array.isArray(outputs)
    ? (outputs as readonly ArchiveEntry[])
    : Object.entries(outputs as Readonly<Record<string, string>>).map(([name, body]) => ({ name, body }))
  return gzipSync(createTar([...entries, ...RESULT]))
}

/** A tar with exactly these entries, and its end. */
export function createTar(entries: readonly ArchiveEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(toBlocks), Buffer.alloc(1024)])
}

function toBlocks(entry: ArchiveEntry): Buffer[] {
  const { name, target = '' } = entry
  const long = [
    ...(Buffer.byteLength(name) > 100 ? [longText('L', name)] : []),
    ...(Buffer.byteLength(target) > 100 ? [longText('K', target)] : []),
  ]
  return [...long.flatMap(blocksOf), ...blocksOf(entry)]
}

function longText(flag: string, text: string): ArchiveEntry {
  return { name: '././@LongLink', flag, body: `${text}\0` }
}

function blocksOf(entry: ArchiveEntry): Buffer[] {
  const { name, flag = '0', body = '', mode, target = '', time = 0, format, spoil } = entry
  const bytes = Buffer.from(body)
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  writeNumber(header, [124, 12, bytes.length])
  writeNumber(header, [136, 12, time])
  if (format !== 'old') {
    writeNumber(header, [100, 8, mode ?? (flag === '5' ? 0o755 : 0o644)])
    writeNumber(header, [108, 8, 0])
    writeNumber(header, [116, 8, 0])
    header.write(flag, 156, 'latin1')
    header.write(target, 157, 100)
    header.write('ustar  \0', 257, 'latin1')
  }
  spoil?.(header)
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  writeNumber(header, [148, 8, sum])
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
}

function writeNumber(header: Buffer, [at, length, value]: readonly [at: number, length: number, value: number]): void {
  header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
}
