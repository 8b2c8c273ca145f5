import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Parser } from 'tar'
import type { ReadEntry } from 'tar'
import type { TreeFile } from './digest.ts'
import { errors } from './errors.ts'
import type { Artifact } from './lock-file.ts'

/** As in `lib/unpack.sh`: entries of an archive, and its bytes once decompressed. */
export const ARCHIVE_LIMITS = { entries: 100_000, bytes: 1_073_741_824 }

export type ArchiveOptions = Pick<Artifact, 'source' | 'keep' | 'links'> & { limits?: typeof ARCHIVE_LIMITS }

/**
 * The files that installing an archive leaves, without unpacking it: names checked, the top folder taken off, only what
 * is kept, linked files executable. It refuses whatever `lib/unpack.sh` refuses, so that no lock names an archive that
 * cannot be installed. Errors: TOOLCHAIN_ARCHIVE_UNSAFE, TOOLCHAIN_ARCHIVE_LACKS.
 */
export async function readArchive(file: string, options: ArchiveOptions): Promise<TreeFile[]> {
  const reader = createReader(options)
  const parser = new Parser({ strict: true, onReadEntry: (entry) => reader.add(entry) })
  const ended = once(parser, 'end')
  ended.catch(() => undefined)
  try {
    await pipeline(createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        reader.count(chunk)
        if (reader.fault !== undefined) throw reader.fault
        if (!parser.write(chunk)) await Promise.race([once(parser, 'drain'), ended])
      }
    })
    parser.end()
    await ended
  } catch (cause) {
    if (reader.fault !== undefined) throw reader.fault
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw errors.TOOLCHAIN_ARCHIVE_UNSAFE({ source: options.source, entry: '', reason }, { cause })
  }
  if (reader.fault !== undefined) throw reader.fault
  return complete(reader.files, options)
}

/** Every path that is named must be there; what is linked is executable whatever the archive says. */
function complete(files: ReadonlyMap<string, TreeFile>, { source, keep, links }: ArchiveOptions): TreeFile[] {
  const paths = [...files.keys()]
  const named = [...keep.filter((path) => path !== '.'), ...Object.values(links)]
  const lacking = named.find((path) => !paths.some((at) => isWithin(at, path)))
  if (lacking !== undefined) throw errors.TOOLCHAIN_ARCHIVE_LACKS({ source, path: lacking })
  const linked = new Set(Object.values(links))
  return [...files.values()].map((file) => ({ ...file, executable: file.executable || linked.has(file.path) }))
}

function createReader(options: ArchiveOptions) {
  const files = new Map<string, TreeFile>()
  const judge = createJudge(options)
  const limit = (options.limits ?? ARCHIVE_LIMITS).bytes
  let bytes = 0
  const state = {
    files,
    fault: undefined as Error | undefined,
    count(chunk: Buffer): void {
      bytes += chunk.length
      if (bytes > limit) state.fault ??= unsafe('', `the archive unpacks to more than ${limit} bytes`)
    },
    add(entry: ReadEntry): void {
      const found = state.fault === undefined ? judge(entry) : undefined
      if (found?.reason !== undefined) state.fault = unsafe(entry.path, found.reason)
      if (found?.path === undefined) {
        entry.resume()
        return
      }
      const { path } = found
      const hash = createHash('sha256')
      entry.on('data', (chunk: Buffer) => hash.update(chunk))
      entry.on('end', () => {
        files.set(path, { path, executable: ((entry.mode ?? 0) & 0o100) !== 0, sha256: hash.digest('hex') })
      })
    },
  }
  const unsafe = (entry: string, reason: string) =>
    errors.TOOLCHAIN_ARCHIVE_UNSAFE({ source: options.source, entry, reason })
  return state
}

/** Why an entry must not be unpacked; or the path of a file to keep; or neither: left out. */
type Judgement = { reason?: string; path?: string }

function createJudge({ source, keep, limits = ARCHIVE_LIMITS }: ArchiveOptions): (entry: ReadEntry) => Judgement {
  const seen = { tops: new Set<string>(), folded: new Set<string>(), entries: 0 }
  return (entry) => {
    seen.entries += 1
    if (seen.entries > limits.entries) return { reason: `the archive has more than ${limits.entries} entries` }
    const name = entry.path.replace(/\/$/, '')
    const reason = faultOfName(name)
    if (reason !== undefined) return { reason }
    const [top = '', ...parts] = name.split('/')
    seen.tops.add(top)
    if (seen.tops.size > 1) return { reason: `the archive has more than one top folder (${[...seen.tops].join(', ')})` }
    if (entry.type === 'Directory') return {}
    if (parts.length === 0) return { reason: 'it is a file where a top folder is expected' }
    const path = parts.join('/')
    const isKept = keep.some((kept) => kept === '.' || isWithin(path, kept))
    const isFile = ['File', 'OldFile', 'ContiguousFile'].includes(entry.type)
    // npm packs no links; Node's own archive has some beside the files that are kept.
    if (!isFile && (isKept || source.startsWith('npm:'))) return { reason: `it is a ${entry.type}` }
    if (!isKept) return {}
    // macOS takes names that differ in case alone for the same file.
    const folded = path.toLowerCase()
    if (seen.folded.has(folded)) return { reason: 'it stands twice (names that differ in case alone count as one)' }
    seen.folded.add(folded)
    return { path }
  }
}

function faultOfName(name: string): string | undefined {
  if (name.startsWith('/')) return 'its path is absolute'
  const parts = name.split('/')
  if (parts.includes('..')) return 'its path leads out of the archive'
  if (parts.includes('.') || parts.includes('')) return 'its path has an empty part or "."'
  if (name.startsWith('-')) return 'its top folder begins with a dash'
  // eslint-disable-next-line no-control-regex -- exactly these must not stand in a name
  if (/[\u0000-\u001f\u007f\\]/.test(name)) return 'its name holds a control character or a backslash'
  return undefined
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`)
}
