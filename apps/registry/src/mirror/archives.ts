import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileNameOf } from '../names/package-name.ts'
import type { Body } from '../uplink/uplink.ts'
import type { Drafts } from './drafts.ts'
import type { MirrorFolder } from './folder.ts'
import type { Tarball, Tarballs } from './tarballs.ts'

export type WantedArchive = {
  /** Below the folder where it is published, without a slash at its beginning. */
  readonly path: string
  /** In hex. */
  readonly sha256: string
}

/** Files that no registry has, each by the path under which it is published, their bytes among the tarballs. */
export class Archives {
  readonly #folder: MirrorFolder
  readonly #drafts: Drafts
  readonly #tarballs: Tarballs

  constructor(folder: MirrorFolder, drafts: Drafts, tarballs: Tarballs) {
    this.#folder = folder
    this.#drafts = drafts
    this.#tarballs = tarballs
  }

  /** What is given at a path. */
  async at(path: string): Promise<Tarball | undefined> {
    const sha256 = await this.#digestAt(path)
    return sha256 === undefined ? undefined : this.#find(sha256)
  }

  /** True when it is given at its path with these bytes. */
  async has({ path, sha256 }: WantedArchive): Promise<boolean> {
    return (await this.#digestAt(path)) === sha256 && (await this.#find(sha256)) !== undefined
  }

  /** Takes bytes in when they are those that are wanted, and gives them at their path from then on. REGISTRY_DIGEST_WRONG. */
  async store(source: Body, { path, sha256 }: WantedArchive): Promise<void> {
    await this.#tarballs.store(source, { what: path, integrity: { algorithm: 'sha256', digest: sha256 } })
    await this.#drafts.publish(await this.#drafts.write([Buffer.from(sha256)]), this.#file(path))
  }

  #find(sha256: string): Promise<Tarball | undefined> {
    return this.#tarballs.find({ algorithm: 'sha256', digest: sha256 })
  }

  async #digestAt(path: string): Promise<string | undefined> {
    const text = await readFile(this.#file(path), 'utf8').catch(() => '')
    return /^[0-9a-f]{64}$/.test(text) ? text : undefined
  }

  #file(path: string): string {
    return join(this.#folder.archives, fileNameOf(path))
  }
}
