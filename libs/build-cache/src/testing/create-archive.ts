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
  /** Changes the header once it is made, before its sum. */
  readonly spoil?: (header: Buffer) => void
}

/** What Nx adds to the outputs of every task. */
export const RESULT: readonly ArchiveEntry[] = [
  { name: 'terminalOutput', body: 'done\n', mode: 0 },
  { name: 'code', body: Buffer.alloc(4), mode: 0 },
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

function blocksOf({ name, flag = '0', body = '', mode = 0o644, target = '', time = 0, spoil }: ArchiveEntry): Buffer[] {
  const bytes = Buffer.from(body)
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  for (const [at, length, value] of [
    [100, 8, mode],
    [108, 8, 0],
    [116, 8, 0],
    [124, 12, bytes.length],
    [136, 12, time],
  ] as const)
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  header.write(flag, 156, 'latin1')
  header.write(target, 157, 100)
  header.write('ustar  \0', 257, 'latin1')
  spoil?.(header)
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
}
