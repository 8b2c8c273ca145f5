import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

export type HotLimits = {
  /** Bytes of all, and of one. */
  readonly all: number
  readonly one: number
}

const defaults: HotLimits = { all: 20 * 2 ** 20, one: 2 * 2 ** 20 }

/** A file gets the place of another when it is asked for this often, with less than so many others between. */
const OFTEN = 3
const LATELY = 16

/** Files of which it is known that they were whole. */
const MOST_CHECKED = 100_000

/**
 * Small bodies that are read again and again, in memory. A body is checked against its SHA-256 when it is first read. Those that
 * are just being read count too, so that many readers of many bodies stay below the limit.
 */
export class HotBodies {
  readonly #limits: HotLimits
  readonly #bodies = new Map<string, Buffer>()
  readonly #loading = new Map<string, Promise<Buffer | undefined>>()
  /** How often files were asked for that are not in memory, the one that waits longest first. */
  readonly #asked = new Map<string, number>()
  readonly #checked = new Set<string>()
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

  /**
   * The body, or undefined when it is better read from its file: there is no room for it just now, or it was whole before and is
   * not asked for often. Throws what the system says, and DamagedBody when the bytes are others.
   */
  load(file: string, { sha, size }: { sha: string; size: number }): Promise<Buffer | undefined> {
    const { all, one } = this.#limits
    const kept = this.get(file)
    if (kept !== undefined) return Promise.resolve(kept)
    const loading = this.#loading.get(file)
    if (loading !== undefined) return loading
    if (size > one || this.#coming + size > all / 2) return Promise.resolve(undefined)
    const isKept = this.#bytes + size <= all / 2 || this.#isAskedOften(file)
    if (!isKept && this.#checked.has(file)) return Promise.resolve(undefined)
    this.#coming += size
    const work = read(file, { sha, size }).then((body) => {
      this.#note(file)
      if (isKept) this.#keep(file, body)
      return body
    })
    const ended = work.finally(() => {
      this.#coming -= size
      this.#loading.delete(file)
    })
    this.#loading.set(file, ended)
    return ended
  }

  /** One that is seldom asked for would only push out one that often is, and cost a digest. */
  #isAskedOften(file: string): boolean {
    const times = (this.#asked.get(file) ?? 0) + 1
    this.#asked.delete(file)
    if (times === OFTEN) return true
    this.#asked.set(file, times)
    dropOldest(this.#asked, LATELY)
    return false
  }

  #note(file: string): void {
    this.#checked.add(file)
    dropOldest(this.#checked, MOST_CHECKED)
  }

  #keep(file: string, body: Buffer): void {
    this.#bytes += body.length
    this.#bodies.set(file, body)
    for (const [oldest, { length }] of this.#bodies) {
      if (this.#bytes <= this.#limits.all / 2) break
      this.#bodies.delete(oldest)
      this.#bytes -= length
    }
  }
}

async function read(file: string, { sha, size }: { sha: string; size: number }): Promise<Buffer> {
  const body = await readFile(file)
  if (body.length !== size || createHash('sha256').update(body).digest('hex') !== sha) throw new DamagedBody()
  return body
}

function dropOldest(files: Map<string, unknown> | Set<string>, most: number): void {
  for (const oldest of files.keys()) {
    if (files.size <= most) break
    files.delete(oldest)
  }
}

/** A file whose bytes are not those that its name says. */
export class DamagedBody extends Error {
  constructor() {
    super('its bytes are not those that were written')
    this.name = 'DamagedBody'
  }
}
