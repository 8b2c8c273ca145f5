import { mkdirSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openDataFolder } from '@mochi/files'
import { Mirrors } from '@mochi/mirror'
import type { MirrorsOptions, Source } from '@mochi/mirror'
import type { Config } from '../config.ts'
import type { Git } from '../git/git.ts'
import { FolderLock } from './folder-lock.ts'
import type { RenewalOptions } from './renewal.ts'
import { Repository } from './repository.ts'
import { createSource } from './source.ts'

export type KeeperParts = Pick<MirrorsOptions, 'now' | 'next' | 'pauses' | 'onResult'> & Pick<RenewalOptions, 'onStep'>

/** The format of what stands in the folder of data. */
const FORMAT = 1

/** All repositories of the service, as mirrors, in its folder of data. */
export class Keeper {
  readonly root: string
  readonly mirrors: Mirrors
  readonly repositories: ReadonlyMap<string, Repository>
  readonly sources: readonly Source[]
  readonly #quarantines: string
  readonly #lock: FolderLock

  constructor(config: Config, git: Git, { onStep, ...parts }: KeeperParts) {
    const { now } = parts
    openDataFolder(config.data, { service: 'git', format: FORMAT, folders: ['repositories', 'quarantine'] })
    this.root = join(config.data, 'repositories')
    this.#quarantines = join(config.data, 'quarantine')
    this.#lock = new FolderLock(config.data)
    const names = Object.keys(config.repositories)
    this.repositories = new Map(names.map((name) => [name, new Repository(join(this.root, `${name}.git`), git)]))
    const limits = limitsOf(config)
    this.sources = [...this.repositories].map(([name, repository]) => {
      const upstream = { url: config.repositories[name]?.url ?? '', limits }
      return createSource({ name, upstream, git, repository, quarantines: this.#quarantines, now, onStep })
    })
    this.mirrors = new Mirrors({
      ...parts,
      file: join(config.data, 'mirror.json'),
      sources: () => this.sources,
      hold: () => this.#lock.take(),
    })
  }

  /** Removes quarantines of processes that were killed; not while another process works in its own. */
  async sweep(): Promise<void> {
    using held = this.#lock.take()
    if (held === undefined) return
    mkdirSync(this.#quarantines, { recursive: true })
    for (const name of await readdir(this.#quarantines))
      await rm(join(this.#quarantines, name), { recursive: true, force: true, maxRetries: 3 })
    for (const repository of this.repositories.values()) await repository.sweep()
  }
}

function limitsOf(config: Config) {
  const { repositoryLimit, refLimit, memoryLimit, fetchMinutes, lowestSpeed, stallSeconds } = config
  const [bytes, fetch] = [repositoryLimit * 1e6, fetchMinutes * 60_000]
  return { bytes, refs: refLimit, memory: memoryLimit * 1e6, fetch, lowestSpeed, stallSeconds }
}
