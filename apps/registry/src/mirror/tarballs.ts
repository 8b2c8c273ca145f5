import { lstat, readFile } from 'node:fs/promises'
import { errors } from '../errors.ts'
import type { Body } from '../uplink/uplink.ts'
import { fileOf } from './folder.ts'
import type { MirrorFolder } from './folder.ts'
import type { Draft, Drafts } from './drafts.ts'
import type { Integrity } from './integrity.ts'
import type { Place, Room } from './room.ts'

/** A tarball that is held. */
export type Tarball = { readonly path: string; readonly size: number; readonly sha512: string }

/** The tarballs of the mirror, each under the SHA-512 of its bytes. */
export class Tarballs {
  readonly #folder: MirrorFolder
  readonly #drafts: Drafts
  readonly #room: Room

  constructor(folder: MirrorFolder, drafts: Drafts, room: Room) {
    this.#folder = folder
    this.#drafts = drafts
    this.#room = room
  }

  /** The tarball with these bytes, when it is held. A link in its place is none. */
  async find(integrity: Integrity): Promise<Tarball | undefined> {
    const sha512 = integrity.algorithm === 'sha512' ? integrity.digest : await this.#aliased(integrity.digest)
    if (sha512 === undefined) return undefined
    const path = fileOf(this.#folder.tarballs, sha512)
    const found = await lstat(path).catch(() => undefined)
    return found?.isFile() === true ? { path, size: found.size, sha512 } : undefined
  }

  /**
   * Takes bytes in when they are those that were promised. REGISTRY_DIGEST_WRONG: nothing is kept of them. Throws UplinkFault where there is no room.
   */
  async store(source: Body, { what, integrity }: Promised): Promise<Tarball> {
    using place = await this.#room.reserve()
    const algorithms = [...new Set(['sha512', integrity.algorithm] as const)]
    const draft = await this.#drafts.write(place.count(source, source.size), algorithms)
    const found = draft.digests[integrity.algorithm]
    if (found !== integrity.digest) {
      await this.#drafts.discard(draft)
      throw errors.REGISTRY_DIGEST_WRONG({ what, algorithm: integrity.algorithm, expected: integrity.digest, found })
    }
    return await this.#publish(draft, integrity, place)
  }

  async #publish(draft: Draft, integrity: Integrity, place: Place): Promise<Tarball> {
    const { sha512 } = draft.digests
    const path = fileOf(this.#folder.tarballs, sha512)
    const isNew = (await lstat(path).catch(() => undefined)) === undefined
    await this.#drafts.publish(draft, path)
    if (isNew) place.keep()
    if (integrity.algorithm !== 'sha512') {
      const alias = await this.#drafts.write([Buffer.from(sha512)])
      await this.#drafts.publish(alias, fileOf(this.#folder.aliases, integrity.digest))
    }
    return { path, size: draft.size, sha512 }
  }

  async #aliased(digest: string): Promise<string | undefined> {
    const text = await readFile(fileOf(this.#folder.aliases, digest), 'utf8').catch(() => '')
    return /^[0-9a-f]{128}$/.test(text) ? text : undefined
  }
}

export type Promised = {
  /** `name@version`, for people. */
  readonly what: string
  readonly integrity: Integrity
}
