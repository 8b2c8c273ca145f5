import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import prettyBytes from 'pretty-bytes'
import { UplinkFault } from '../uplink/uplink-fault.ts'

export type Held = { readonly count: number; readonly bytes: number }

/** Something that comes, and takes room until it is kept or given up. */
export type Place = Disposable & {
  /** Lets bytes through as long as there is room, and none of what is said to be too large for it. Throws UplinkFault. */
  count(source: AsyncIterable<Uint8Array>, promised?: number): AsyncIterable<Uint8Array>
  /** It is on the disk, and was not before. */
  keep(): void
}

/** What tarballs and archives take of the disk: counted once, by the process that writes, and kept up from then on. */
export class Room {
  readonly #folders: readonly string[]
  readonly #most: number
  #counted: Promise<{ count: number; bytes: number }> | undefined
  #coming = 0

  /** `most`: bytes that may be held; undefined: as many as there is disk. */
  constructor(folders: readonly string[], most: number | undefined) {
    this.#folders = folders
    this.#most = most ?? Number.POSITIVE_INFINITY
  }

  async held(): Promise<Held> {
    this.#counted ??= count(this.#folders)
    return { ...(await this.#counted) }
  }

  async reserve(): Promise<Place> {
    this.#counted ??= count(this.#folders)
    const held = await this.#counted
    let taken = 0
    const release = (): void => {
      this.#coming -= taken
      taken = 0
    }
    const take = (bytes: number): void => {
      this.#refuseOver(held.bytes + this.#coming + bytes)
      taken += bytes
      this.#coming += bytes
    }
    return {
      count: async function* (source, promised = 0) {
        let come = 0
        for await (const chunk of source) {
          come += chunk.length
          // All that was announced at once: of two that have room one by one, the first is not refused for the second.
          if (come > taken) take(Math.max(come, promised) - taken)
          yield chunk
        }
      },
      keep: () => {
        held.count += 1
        held.bytes += taken
        release()
      },
      [Symbol.dispose]: release,
    }
  }

  /** What was removed. */
  async free(bytes: number): Promise<void> {
    this.#counted ??= count(this.#folders)
    const held = await this.#counted
    held.count -= 1
    held.bytes -= bytes
  }

  #refuseOver(bytes: number): void {
    if (bytes <= this.#most) return
    const numbers = `${prettyBytes(bytes)} would be held, and services.registry.diskBudget is ${prettyBytes(this.#most)}`
    throw new UplinkFault('no-room', numbers)
  }
}

/** One folder after the other: what is asked meanwhile goes first. */
async function count(folders: readonly string[]): Promise<{ count: number; bytes: number }> {
  const held = { count: 0, bytes: 0 }
  for (const folder of folders) {
    for (const part of await readdir(folder)) {
      const files = await readdir(join(folder, part))
      const sizes = await Promise.all(files.map((file) => sizeOf(join(folder, part, file))))
      held.count += sizes.length
      held.bytes += sizes.reduce((sum, size) => sum + size, 0)
    }
  }
  return held
}

async function sizeOf(file: string): Promise<number> {
  return (await lstat(file).catch(() => undefined))?.size ?? 0
}
