import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Progress, Registry } from './api.ts'
import { digestOfFile, hashFor } from './digest.ts'
import { errors } from './errors.ts'
import type { Artifact } from './lock-file.ts'
import { headersFor, reasonOf } from './packument.ts'

export const NODE_SITE = 'https://nodejs.org/dist'

/** Far more than the largest tool has: a server that never ends fills no disk. */
const LIMIT_BYTES = 500_000_000
const DEADLINE_MS = 15 * 60_000

export type StoreOptions = {
  registry: Registry
  fetch: typeof fetch
  /** Folder that keeps artefacts as `<algorithm>-<hex>`. */
  cache: string
  nodeSite?: string
  onProgress?: (progress: Progress) => void
}

/** Gives the file of an artefact: at once when it was downloaded before, verified either way. */
export type ArtifactStore = { get(artifact: Pick<Artifact, 'source' | 'digest'>): Promise<string> }

/** Downloads each digest once, however often it is asked for at the same time. */
export function createArtifactStore(options: StoreOptions): ArtifactStore {
  const running = new Map<string, Promise<string>>()
  return {
    get(artifact) {
      const known = running.get(artifact.digest) ?? obtain(artifact, options)
      running.set(artifact.digest, known)
      return known
    },
  }
}

/** Where a source is downloaded: the registry's own layout of tarballs, or Node's site. */
export function addressOf(source: string, options: Pick<StoreOptions, 'registry' | 'nodeSite'>): string {
  const [kind, rest = ''] = splitOnce(source, ':')
  if (kind === 'node-site') return `${(options.nodeSite ?? NODE_SITE).replace(/\/+$/, '')}/${rest}`
  const name = rest.slice(0, rest.lastIndexOf('@'))
  const version = rest.slice(rest.lastIndexOf('@') + 1)
  return `${options.registry.address}/${name}/-/${name.split('/').at(-1) ?? name}-${version}.tgz`
}

/** The name under which an artefact stands in a store and in a bundle. */
export function fileNameOf(digest: string): string {
  return digest.replace(':', '-')
}

async function obtain(artifact: Pick<Artifact, 'source' | 'digest'>, options: StoreOptions): Promise<string> {
  const path = join(options.cache, fileNameOf(artifact.digest))
  const kept = await digestOfFile(path, artifact.digest).catch(() => undefined)
  if (kept === artifact.digest) return path
  options.onProgress?.({ kind: 'downloading', source: artifact.source })
  await mkdir(options.cache, { recursive: true })
  const aside = join(options.cache, `.${process.pid}-${randomBytes(6).toString('hex')}`)
  try {
    await download(artifact, aside, options)
    await rename(aside, path)
  } finally {
    await rm(aside, { force: true })
  }
  return path
}

async function download(
  { source, digest }: Pick<Artifact, 'source' | 'digest'>,
  path: string,
  options: StoreOptions,
): Promise<void> {
  const address = addressOf(source, options)
  const { algorithm, hash } = hashFor(digest)
  try {
    await using file = await open(path, 'wx', 0o644)
    let bytes = 0
    for await (const chunk of await request(source, address, options)) {
      bytes += chunk.length
      if (bytes > LIMIT_BYTES) throw new Error(`more than ${LIMIT_BYTES} bytes`)
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } catch (cause) {
    throw errors.TOOLCHAIN_ARTIFACT_UNREACHABLE({ source, address, reason: reasonOf(cause) }, { cause })
  }
  const found = `${algorithm}:${hash.digest('hex')}`
  if (found !== digest) throw errors.TOOLCHAIN_ARTIFACT_DIFFERENT({ source, expected: digest, found })
}

async function request(source: string, address: string, options: StoreOptions): Promise<AsyncIterable<Uint8Array>> {
  const headers = source.startsWith('npm:') ? headersFor(options.registry) : {}
  const answer = await options.fetch(address, { headers, signal: AbortSignal.timeout(DEADLINE_MS) })
  if (answer.ok && answer.body !== null) return answer.body
  await answer.body?.cancel()
  throw new Error(`status ${answer.status}`)
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
