import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { createNameCheck } from './archive-names.ts'
import { errors } from './errors.ts'
import { gunzip } from './gunzip.ts'
import { gunzipWhole } from './gunzip-whole.ts'
import { RESULTS } from './tar-header.ts'
import { TarReader } from './tar-reader.ts'
import type { TarEntry } from './tar-reader.ts'

export type ArchiveLimits = {
  /** Bytes of all that is unpacked. */
  readonly unpacked: number
  /** How many files, links and folders, those too that only stand in names. */
  readonly files: number
  /** Bytes of all that is no content: each entry's header, and names that do not fit into it. */
  readonly headers: number
  /** How many times larger than packed it may be, beyond the first 16 MiB. */
  readonly ratio: number
}

export const defaultArchiveLimits: ArchiveLimits = { unpacked: 2 ** 31, files: 100_000, headers: 2 ** 26, ratio: 200 }

/** Below this no archive is suspicious: a bundle of blanks compresses well. */
const UNSUSPICIOUS = 2 ** 24

export type Inspected = {
  /** Hex SHA-256 of the outputs, whatever their times and their order: equal for equal builds. */
  readonly contents: string
  readonly files: number
  readonly unpacked: number
}

/** Bytes of a task's exit code. */
const CODE = 4
/** Bytes of what a task has printed: Nx makes one text of it, and a text has a longest length. */
const LONGEST_OUTPUT = 2 ** 26

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
  const reader = new TarReader({ ...outputs, refuse }, limits.headers)
  let unpacked = 0
  const onBytes = (bytes: Buffer, packed: number): void => {
    unpacked += bytes.length
    if (unpacked > limits.unpacked) refuse(`it unpacks to more than ${limits.unpacked} bytes`)
    if (unpacked > UNSUSPICIOUS && unpacked > packed * limits.ratio)
      refuse(`it unpacks to more than ${limits.ratio} times its size`)
    reader.write(bytes)
  }
  const sink = { onBytes, refuse }
  await (Buffer.isBuffer(body) ? gunzipWhole(body, sink) : gunzip(body, sink))
  reader.end()
  return { ...(await outputs.finish()), unpacked }
}

function createOutputs({ files: most }: ArchiveLimits, refuse: (reason: string) => never) {
  const check = createNameCheck(most)
  const results = createResults(refuse)
  const lines = new Map<string, string>()
  let count = 0
  let current: { readonly entry: TarEntry; readonly hash: Hash } | undefined
  const onEntry = (entry: TarEntry): void => {
    count += 1
    if (entry.kind === 'result') {
      results.add(entry)
      return
    }
    const fault = check(entry)
    if (fault !== undefined) refuse(fault)
    if (entry.kind === 'file') current = { entry, hash: createHash('sha256') }
    else if (entry.kind === 'link') lines.set(toKey(entry.name), JSON.stringify([entry.name, 'link', entry.target]))
  }
  const onBytes = (bytes: Buffer): void => {
    if (current === undefined) results.write(bytes)
    else current.hash.update(bytes)
  }
  const onEntryEnd = (): void => {
    if (current === undefined) return
    const { entry, hash } = current
    lines.set(toKey(entry.name), JSON.stringify([entry.name, entry.isExecutable ? 'x' : '-', hash.digest('hex')]))
    current = undefined
  }
  const finish = async (): Promise<Pick<Inspected, 'contents' | 'files'>> => {
    results.finish()
    return { contents: await hashLines(lines), files: count }
  }
  return { onEntry, onBytes, onEntryEnd, finish }
}

/** Compares like the bytes of a name, and much faster: nobody else is served while 100,000 of them are sorted. */
function toKey(name: string): string {
  return Buffer.from(name).toString('latin1')
}

/** Lines that are hashed before others get their turn. */
const PORTION = 10_000

async function hashLines(lines: ReadonlyMap<string, string>): Promise<string> {
  const hash = createHash('sha256')
  const keys = [...lines.keys()].sort()
  for (let at = 0; at < keys.length; at += PORTION) {
    if (at > 0) await new Promise((resolve) => setImmediate(resolve))
    for (const key of keys.slice(at, at + PORTION)) hash.update(`${lines.get(key) ?? ''}\n`)
  }
  return hash.digest('hex')
}

/** What Nx adds to a task's outputs: its terminal output, a text, and its exit code. */
function createResults(refuse: (reason: string) => never) {
  const seen = new Set<string>()
  const text = new TextDecoder('utf-8', { fatal: true })
  let isText = false
  const decode = (bytes?: Buffer): void => {
    try {
      text.decode(bytes, { stream: bytes !== undefined })
    } catch {
      refuse('its terminalOutput is no UTF-8')
    }
  }
  return {
    add: ({ name, size }: TarEntry): void => {
      if (seen.has(name)) refuse(`${JSON.stringify(name)} is in it twice`)
      seen.add(name)
      isText = name === 'terminalOutput'
      if (!isText && size !== CODE) refuse(`its code has ${size} bytes in place of ${CODE}`)
      if (isText && size > LONGEST_OUTPUT) refuse(`its terminalOutput has more than ${LONGEST_OUTPUT} bytes`)
    },
    write: (bytes: Buffer): void => {
      if (isText) decode(bytes)
    },
    finish: (): void => {
      decode()
      const missing = RESULTS.find((name) => !seen.has(name))
      if (missing !== undefined) refuse(`it has no ${missing}`)
    },
  }
}
