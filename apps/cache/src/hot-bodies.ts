import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

export type HotLimits = {
  /** Bytes of all, and of one. */
  readonly all: number
  readonly one: number
}

const defaults: HotLimits = { all: 32 * 2 ** 20, one: 2 * 2 ** 20 }

/**
 * Small bodies that are read again and again, in memory. A body is checked against its SHA-256 when it comes in. Those that
 * are just being read count too, so that many readers of many bodies stay below the limit.
 */
export class HotBodies {
  readonly #limits: HotLimits
  readonly #bodies = new Map<string, Buffer>()
  readonly #loading = new Map<string, Promise<Buffer | undefined>>()
  #bytes = 0
  #coming = 0

  constructor(limits: HotLimits = defaults) {
    this.#limits = limits
  }

  get(file: string): Buffer | undefined {
    const found = this.#bodies.get(file)
    if (found === undefined) return undefined
    this.#bodies.delete(file)
    this.#bodies.set(file, found)
    return found
  }

  /** Undefined when there is no room for it just now; throws what the system says, and when the bytes are others. */
  load(file: string, { sha, size }: { sha: string; size: number }): Promise<Buffer | undefined> {
    const { all, one } = this.#limits
    const loading = this.#loading.get(file)
    if (loading !== undefined) return loading
    if (size > one || this.#coming + size > all / 2) return Promise.resolve(undefined)
    this.#coming += size
    const work = this.#read(file, { sha, size }).finally(() => {
      this.#coming -= size
      this.#loading.delete(file)
    })
    this.#loading.set(file, work)
    return work
  }

  async #read(file: string, { sha, size }: { sha: string; size: number }): Promise<Buffer> {
    const body = await readFile(file)
    if (body.length !== size || createHash('sha256').update(body).digest('hex') !== sha) throw new DamagedBody()
    this.#bytes += size
    this.#bodies.set(file, body)
    for (const [oldest, { length }] of this.#bodies) {
      if (this.#bytes <= this.#limits.all / 2) break
      this.#bodies.delete(oldest)
      this.#bytes -= length
    }
    return body
  }
}

/** A file whose bytes are not those that its name says. */
export class DamagedBody extends Error {
  constructor() {
    super('its bytes are not those that were written')
    this.name = 'DamagedBody'
  }
}
