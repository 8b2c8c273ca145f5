import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { BundleOptions, BundleReport } from './api.ts'
import { createArtifactStore, fileNameOf } from './artifact-store.ts'
import { errors } from './errors.ts'
import { parseLock } from './lock-file.ts'
import { mapConcurrently } from './map-concurrently.ts'
import { groupArtifacts } from './plan-lock.ts'
import { tarEnd, tarHeader, tarPadding } from './tar-writer.ts'

/**
 * Writes one file from which `toolchain/install --bundle FILE` installs a platform without a network: a plain tar of
 * `toolchain.lock` and `artifacts/<algorithm>-<hex>`, each downloaded and verified. The same lock and platform give the
 * same bytes, everywhere. Errors: TOOLCHAIN_LOCK_DAMAGED, TOOLCHAIN_LOCK_INCOMPLETE and those of the store.
 */
export async function bundle(options: BundleOptions): Promise<BundleReport> {
  const lockFile = join(options.root, 'toolchain/toolchain.lock')
  const text = await readFile(lockFile, 'utf8').catch((cause: unknown) => {
    throw errors.TOOLCHAIN_LOCK_ABSENT({ file: lockFile }, { cause })
  })
  const groups = groupArtifacts(parseLock(text, lockFile).artifacts)
  const tools = new Set(groups.map(({ tool }) => tool))
  const wanted = groups.filter(({ platform }) => platform === options.platform)
  for (const tool of tools)
    if (!wanted.some((group) => group.tool === tool))
      throw errors.TOOLCHAIN_LOCK_INCOMPLETE({ tool, platform: options.platform, lacks: 'the archive' })
  const store = createArtifactStore(options)
  const first = wanted.flatMap(({ sources }) => sources.slice(0, 1))
  const files = new Map(
    await mapConcurrently(first, 4, async (artifact) => {
      return [`artifacts/${fileNameOf(artifact.digest)}`, await store.get(artifact)] as const
    }),
  )
  const written = await writeTar(options.output, text, files)
  return { path: options.output, artifacts: files.size, ...written }
}

/** Writes beside the output and renames: an output that exists is either the old bundle or the whole new one. */
async function writeTar(
  output: string,
  lockText: string,
  files: ReadonlyMap<string, string>,
): Promise<{ bytes: number; sha256: string }> {
  const aside = join(dirname(output), `.${basename(output)}.${process.pid}-${randomBytes(4).toString('hex')}`)
  try {
    const written = await fill(aside, lockText, files)
    await rename(aside, output)
    return written
  } finally {
    await rm(aside, { force: true })
  }
}

async function fill(
  path: string,
  lockText: string,
  files: ReadonlyMap<string, string>,
): Promise<{ bytes: number; sha256: string }> {
  await using handle = await open(path, 'wx', 0o644)
  const sink = createSink(handle)
  const lock = Buffer.from(lockText)
  await sink.write(tarHeader('toolchain.lock', lock.length))
  await sink.write(lock)
  await sink.write(tarPadding(lock.length))
  for (const [name, file] of [...files].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const { size } = await stat(file)
    await sink.write(tarHeader(name, size))
    for await (const chunk of createReadStream(file)) await sink.write(chunk as Buffer)
    await sink.write(tarPadding(size))
  }
  await sink.write(tarEnd())
  await handle.sync()
  return sink.end()
}

function createSink(handle: FileHandle) {
  const hash = createHash('sha256')
  const state = { bytes: 0 }
  return {
    async write(chunk: Buffer): Promise<void> {
      hash.update(chunk)
      state.bytes += chunk.length
      await handle.writeFile(chunk)
    },
    end: () => ({ bytes: state.bytes, sha256: hash.digest('hex') }),
  }
}
