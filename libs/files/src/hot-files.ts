import { open, readFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

type Reading = { readonly expected: ExpectedFile; readonly isKept: boolean }

export type HotLimits = {
  /** Bytes of all, and of one. */
  readonly all: number
  readonly one: number
}

/** What tells whether a file is the one that was written. */
export type ExpectedFile = {
  /** Bytes. */
  readonly size: number
  /** Compares a digest, say: asked once for each file. */
  readonly isWhole: (bytes: Buffer) => boolean
}

const defaults: HotLimits = { all: 20 * 2 ** 20, one: 2 * 2 ** 20 }

/** A file gets the place of another when it is asked for this often, with less than so many others between. */
const OFTEN = 3
const LATELY = 16

/** Files of which it is known that they were whole. */
const MOST_CHECKED = 100_000

/**
 * Small files that are read again and again, in memory. A file is checked when it is first read. Those that are just being read
 * count too, so that many readers of many files stay below the limit. Files never change: another one has another name.
 */
export class HotFiles {
  readonly #limits: HotLimits
  readonly #files = new Map<string, Buffer>()
  readonly #loading = new Map<string, Promise<Buffer | undefined>>()
  /** How often files were asked for that are not in memory, the one that waits longest first. */
  readonly #asked = new Map<string, number>()
  readonly #checked = new Set<string>()
  /** Memory in which one file after the other is checked, and the turn of the last one. */
  #scratch: Buffer | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #bytes = 0
  #coming = 0

  constructor(limits: HotLimits = defaults) {
    this.#limits = limits
  }

  get(file: string): Buffer | undefined {
    const found = this.#files.get(file)
    if (found === undefined) return undefined
    this.#files.delete(file)
    this.#files.set(file, found)
    return found
  }

  /**
   * The bytes of a file, or undefined when it is better read piece by piece: there is no room for it just now, or it was whole
   * before and is not asked for often. Throws what the system says, and DamagedFile when the bytes are not those that were expected.
   */
  load(file: string, expected: ExpectedFile): Promise<Buffer | undefined> {
    const { all, one } = this.#limits
    const { size } = expected
    const kept = this.get(file)
    if (kept !== undefined) return Promise.resolve(kept)
    const loading = this.#loading.get(file)
    if (loading !== undefined) return loading
    if (size > one || this.#coming + size > all / 2) return Promise.resolve(undefined)
    const isKept = this.#bytes + size <= all / 2 || this.#isAskedOften(file)
    if (!isKept && this.#checked.has(file)) return Promise.resolve(undefined)
    this.#coming += size
    const work = this.#read(file, { expected, isKept }).finally(() => {
      this.#coming -= size
      this.#loading.delete(file)
    })
    this.#loading.set(file, work)
    return work
  }

  async #read(file: string, { expected, isKept }: Reading): Promise<Buffer | undefined> {
    const bytes = await (isKept ? readFile(file) : undefined)
    const isWhole =
      bytes === undefined ? await this.#inTurn(() => this.#isFileWhole(file, expected)) : isExpected(bytes, expected)
    if (!isWhole) throw new DamagedFile()
    this.#checked.add(file)
    dropOldest(this.#checked, MOST_CHECKED)
    if (bytes !== undefined) this.#keep(file, bytes)
    return bytes
  }

  /** Looks at a file that is not kept, in memory that is used again: a piece for each would have to be cleared away. */
  async #isFileWhole(file: string, expected: ExpectedFile): Promise<boolean> {
    this.#scratch ??= Buffer.allocUnsafeSlow(this.#limits.one + 1)
    await using handle = await open(file, 'r')
    return isExpected(await readInto(handle, this.#scratch.subarray(0, expected.size + 1)), expected)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
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

  #keep(file: string, bytes: Buffer): void {
    this.#bytes += bytes.length
    this.#files.set(file, bytes)
    for (const [oldest, { length }] of this.#files) {
      if (this.#bytes <= this.#limits.all / 2) break
      this.#files.delete(oldest)
      this.#bytes -= length
    }
  }
}

/** The bytes of a file, as far as there is room for them. The system may give fewer at once than are there. */
async function readInto(handle: FileHandle, room: Buffer): Promise<Buffer> {
  for (let at = 0; at < room.length;) {
    const { bytesRead } = await handle.read(room, at, room.length - at, at)
    if (bytesRead === 0) return room.subarray(0, at)
    at += bytesRead
  }
  return room
}

function isExpected(bytes: Buffer, { size, isWhole }: ExpectedFile): boolean {
  return bytes.length === size && isWhole(bytes)
}

function dropOldest(files: Map<string, unknown> | Set<string>, most: number): void {
  for (const oldest of files.keys()) {
    if (files.size <= most) break
    files.delete(oldest)
  }
}

/** A file whose bytes are not those that its name says. */
export class DamagedFile extends Error {
  constructor() {
    super('its bytes are not those that were written')
    this.name = 'DamagedFile'
  }
}
