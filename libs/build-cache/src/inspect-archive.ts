import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { createNameCheck } from './archive-names.ts'
import { errors } from './errors.ts'
import { gunzip } from './gunzip.ts'
import { gunzipWhole } from './gunzip-whole.ts'
import { TarReader } from './tar-reader.ts'
import type { TarEntry } from './tar-reader.ts'

export type ArchiveLimits = {
  /** Bytes of all that is unpacked. */
  readonly unpacked: number
  /** How many files, links and directories. */
  readonly files: number
  /** How many times larger than packed it may be, beyond the first 16 MiB. */
  readonly ratio: number
}

export const defaultArchiveLimits: ArchiveLimits = { unpacked: 2 ** 31, files: 100_000, ratio: 200 }

/** Below this no archive is suspicious: a bundle of blanks compresses well. */
const UNSUSPICIOUS = 2 ** 24

export type Inspected = {
  /** Hex SHA-256 of the outputs, whatever their times and their order: equal for equal builds. */
  readonly contents: string
  readonly files: number
  readonly unpacked: number
}

/** What Nx adds to a task's outputs. */
const RESULT = new Set(['terminalOutput', 'code'])

/**
 * Reads the archive of a task's result, as `PUT /v1/cache/{hash}` brings it, to its end, and says what is in it. Nothing is
 * written. BUILD_CACHE_ARCHIVE_REFUSED with the reason, for anything that Nx would not have written. Who has a small archive in
 * memory gives it whole: that costs half as much.
 */
export async function inspectArchive(
  body: Buffer | AsyncIterable<Uint8Array>,
  limits: ArchiveLimits = defaultArchiveLimits,
): Promise<Inspected> {
  const refuse = (reason: string): never => {
    throw errors.BUILD_CACHE_ARCHIVE_REFUSED({ reason })
  }
  const outputs = createOutputs(limits, refuse)
  const reader = new TarReader({ ...outputs, refuse })
  const sum = { unpacked: 0 }
  const onBytes = (bytes: Buffer, packed: number): void => {
    sum.unpacked += bytes.length
    if (sum.unpacked > limits.unpacked) refuse(`it unpacks to more than ${limits.unpacked} bytes`)
    if (sum.unpacked > UNSUSPICIOUS && sum.unpacked > packed * limits.ratio)
      refuse(`it unpacks to more than ${limits.ratio} times its size`)
    reader.write(bytes)
  }
  const sink = { onBytes, refuse }
  await (Buffer.isBuffer(body) ? gunzipWhole(body, sink) : gunzip(body, sink))
  reader.end()
  return { ...outputs.finish(), unpacked: sum.unpacked }
}

function createOutputs({ files: most }: ArchiveLimits, refuse: (reason: string) => never) {
  const check = createNameCheck()
  const state: { count: number; current: TarEntry | undefined; hash: Hash | undefined } = {
    ...{ count: 0, current: undefined, hash: undefined },
  }
  const lines: (readonly [name: string, line: string])[] = []
  const results = new Set<string>()
  const onEntry = (entry: TarEntry): void => {
    state.count += 1
    if (state.count > most) refuse(`it holds more than ${most} files`)
    const fault = check(entry)
    if (fault !== undefined) refuse(fault)
    state.current = entry
    if (RESULT.has(entry.name)) {
      if (entry.kind !== 'file') refuse(`${entry.name} is no file`)
      results.add(entry.name)
    } else if (entry.kind === 'file') state.hash = createHash('sha256')
    else if (entry.kind === 'link') lines.push([entry.name, JSON.stringify([entry.name, 'link', entry.target])])
  }
  const onEntryEnd = (): void => {
    const { current, hash } = state
    state.hash = undefined
    if (current === undefined || hash === undefined) return
    const { name, isExecutable } = current
    lines.push([name, JSON.stringify([name, isExecutable ? 'x' : '-', hash.digest('hex')])])
  }
  const finish = (): Pick<Inspected, 'contents' | 'files'> => {
    const missing = [...RESULT].find((name) => !results.has(name))
    if (missing !== undefined) refuse(`it has no ${missing}`)
    lines.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const contents = createHash('sha256')
    for (const [, line] of lines) contents.update(`${line}\n`)
    return { contents: contents.digest('hex'), files: state.count }
  }
  return { onEntry, onEntryEnd, finish, onBytes: (bytes: Buffer) => void state.hash?.update(bytes) }
}
