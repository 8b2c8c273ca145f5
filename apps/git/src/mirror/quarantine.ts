import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchSettings } from '../git/environment.ts'
import type { FetchLimits } from '../git/environment.ts'
import type { Git } from '../git/git.ts'
import type { Refs } from './listing.ts'
import { parseRefs } from './listing.ts'
import { bytesBelow, createBare } from './repository.ts'
import type { Repository } from './repository.ts'

export type UpstreamLimits = FetchLimits & {
  /** Bytes of the whole repository. */
  readonly bytes: number
  readonly refs: number
  /** Bytes that git may use for it. */
  readonly memory: number
  /** Milliseconds. */
  readonly fetch: number
}

export type Upstream = { readonly url: string; readonly limits: UpstreamLimits }

/**
 * A repository of its own that is filled from upstream and then looked at; nobody reads it. It sees the objects of the repository that is served, so
 * that only news come. Gone at the end of the block.
 */
export class Quarantine implements AsyncDisposable {
  readonly folder: string
  readonly #git: Git
  readonly #repository: Repository

  private constructor(git: Git, folder: string, repository: Repository) {
    this.#git = git
    this.folder = folder
    this.#repository = repository
  }

  static async open(git: Git, folder: string, repository: Repository, oidLength: number): Promise<Quarantine> {
    await createBare(git, folder, oidLength)
    await mkdir(join(folder, 'objects/info'), { recursive: true })
    await writeFile(join(folder, 'objects/info/alternates'), `${join(repository.folder, 'objects')}\n`)
    return new Quarantine(git, folder, repository)
  }

  /** Fetches these refs, and says what they are now: upstream may have moved on since it was looked at. */
  async fetch(names: readonly string[], upstream: Upstream, signal: AbortSignal): Promise<Refs> {
    const { url, limits } = upstream
    // By number: no two names meet on the disk, whatever upstream calls them.
    const specs = names.map((name, index) => `+${name}:refs/fetched/${index}\n`).join('')
    const held = await this.#repository.bytes()
    await this.#git.run({
      folder: this.folder,
      args: [
        ...['fetch', '--progress', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'],
        ...['--no-recurse-submodules', '--stdin', '--', url],
      ],
      input: specs,
      // Its refs end with it; objects are safe on the disk before they are moved.
      settings: [...fetchSettings(limits), 'core.fsync=default,-reference'],
      signal,
      deadline: limits.fetch,
      memory: limits.memory,
      watch: async () => {
        const bytes = held + (await bytesBelow(this.folder))
        return bytes > limits.bytes ? formatSizeFault(bytes, limits.bytes) : undefined
      },
    })
    const { stdout } = await this.#git.run({
      folder: this.folder,
      args: ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/fetched/'],
    })
    return new Map(
      [...parseRefs(stdout)].map(([ref, oid]) => [names[Number(ref.slice('refs/fetched/'.length))] ?? '', oid]),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

function formatSizeFault(bytes: number, most: number): string {
  const megabytes = (count: number): string => `${Math.ceil(count / 1e6)} MB`
  return `it would use ${megabytes(bytes)} or more, and repositoryLimit is ${megabytes(most)}`
}
