import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { Parser } from 'tar'
import type { ReadEntry } from 'tar'
import type { TreeFile } from './digest.ts'
import { errors } from './errors.ts'
import type { Artifact } from './lock-file.ts'

/** More than any tool has, little enough that an archive cannot fill a memory or a disk. */
const LIMITS = { files: 50_000, bytes: 1_500_000_000 }

export type ArchiveOptions = Pick<Artifact, 'source' | 'keep' | 'links'>

/**
 * The files that installing an archive leaves, without unpacking it: names checked, the top folder taken off, only what
 * is kept, linked files executable. Errors: TOOLCHAIN_ARCHIVE_UNSAFE, TOOLCHAIN_ARCHIVE_LACKS.
 */
export async function readArchive(file: string, options: ArchiveOptions): Promise<TreeFile[]> {
  const reader = createReader(options)
  const parser = new Parser({ strict: true, onReadEntry: (entry) => reader.add(entry) })
  const ended = once(parser, 'end')
  ended.catch(() => undefined)
  try {
    for await (const chunk of createReadStream(file)) {
      if (!parser.write(chunk as Buffer)) await Promise.race([once(parser, 'drain'), ended])
      if (reader.fault !== undefined) throw reader.fault
    }
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
  const seen = { tops: new Set<string>(), folded: new Set<string>(), bytes: 0 }
  const state = {
    files,
    fault: undefined as Error | undefined,
    add(entry: ReadEntry): void {
      const found = state.fault === undefined ? judge(entry) : undefined
      if (found?.reason !== undefined)
        state.fault = errors.TOOLCHAIN_ARCHIVE_UNSAFE({
          source: options.source,
          entry: entry.path,
          reason: found.reason,
        })
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
  /** Why the entry must not be unpacked; or the path of a file to keep; or neither: left out. */
  const judge = (entry: ReadEntry): { reason?: string; path?: string } => {
    const name = entry.path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
    const reason = faultOfName(name)
    if (reason !== undefined) return { reason }
    const [top = '', ...parts] = name.split('/')
    seen.tops.add(top)
    if (seen.tops.size > 1) return { reason: `the archive has more than one top folder (${[...seen.tops].join(', ')})` }
    const path = parts.join('/')
    if (entry.type === 'Directory' || !options.keep.some((kept) => kept === '.' || isWithin(path, kept))) return {}
    if (!['File', 'OldFile', 'ContiguousFile'].includes(entry.type)) return { reason: `it is a ${entry.type}` }
    if (path === '') return { reason: 'it is a file where a top folder is expected' }
    seen.bytes += entry.size
    if (seen.bytes > LIMITS.bytes) return { reason: `the archive unpacks to more than ${LIMITS.bytes} bytes` }
    if (seen.folded.size >= LIMITS.files) return { reason: `the archive holds more than ${LIMITS.files} files` }
    // macOS takes names that differ in case alone for the same file.
    const folded = path.toLowerCase()
    if (seen.folded.has(folded)) return { reason: 'it stands twice (names that differ in case alone count as one)' }
    seen.folded.add(folded)
    return { path }
  }
  return state
}

function faultOfName(name: string): string | undefined {
  if (name.startsWith('/')) return 'its path is absolute'
  if (name.split('/').includes('..')) return 'its path leads out of the archive'
  // eslint-disable-next-line no-control-regex -- exactly these must not stand in a name
  if (/[\u0000-\u001f\u007f\\]/.test(name)) return 'its name holds a control character or a backslash'
  return undefined
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`)
}
