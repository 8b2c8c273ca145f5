import { LRUCache } from 'lru-cache'
import type { Stamp } from '../mirror/documents.ts'
import type { Tarball } from '../mirror/tarballs.ts'

/** A tarball that may be sent, as long as nothing has changed. */
export type HotTarball = {
  readonly tarball: Tarball
  /** What was known of the package when it was allowed. */
  readonly stamp: Stamp
  /** Milliseconds since 1970 at which the verdict may be another. */
  readonly until: number
}

/** As many as installs of a large company ask for in a day; each is some 300 bytes. */
const MOST = 50_000

export type HotTarballsOptions = {
  readonly stampOf: (name: string) => Stamp | undefined
  readonly now: () => number
}

/** Which tarballs may be sent without looking into their packuments again. Their bytes are elsewhere. */
export class HotTarballs {
  readonly #options: HotTarballsOptions
  readonly #entries = new LRUCache<string, HotTarball>({ max: MOST })

  constructor(options: HotTarballsOptions) {
    this.#options = options
  }

  find(name: string, version: string): Tarball | undefined {
    const found = this.#entries.get(`${name}@${version}`)
    if (found === undefined || this.#options.now() >= found.until) return undefined
    return this.#options.stampOf(name) === found.stamp ? found.tarball : undefined
  }

  set(name: string, version: string, tarball: HotTarball): void {
    this.#entries.set(`${name}@${version}`, tarball)
  }

  /** For one whose bytes turned out to be others. */
  drop(name: string, version: string): void {
    this.#entries.delete(`${name}@${version}`)
  }
}
