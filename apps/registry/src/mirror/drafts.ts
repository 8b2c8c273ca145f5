import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openDraft, writeDraft } from '@mochi/files'
import type { Draft as WrittenDraft, OpenDraft } from '@mochi/files'

export type Algorithm = 'sha512' | 'sha256' | 'sha1'
export type Draft = WrittenDraft<Algorithm>

/** Files that are written aside, to the disk itself, and seen under their names only when they are whole and right. */
export class Drafts {
  readonly #folder: string
  readonly #open: OpenDraft

  constructor(folder: string, openFile: OpenDraft = openDraft) {
    this.#folder = folder
    this.#open = openFile
  }

  /** Writes what comes, and says what digests it has. On any fault nothing is left. */
  async write<Wanted extends Algorithm = never>(
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    algorithms: readonly Wanted[] = [],
  ): Promise<WrittenDraft<Wanted>> {
    const path = join(this.#folder, randomUUID())
    return await writeDraft(source, path, { algorithms, openFile: this.#open })
  }

  /** Gives a draft its name. Equal bytes that stand there already are replaced, so that damaged ones are healed. */
  async publish({ path }: Pick<Draft, 'path'>, target: string): Promise<void> {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await rename(path, target)
    // Else a power cut could take the name away after somebody was told of it.
    await using folder = await open(dirname(target), 'r')
    await folder.sync()
  }

  async discard({ path }: Pick<Draft, 'path'>): Promise<void> {
    await rm(path, { force: true })
  }

  /** Removes what a killed process has left. To be called by the one writer alone, before it writes. */
  async sweep(): Promise<number> {
    const left = await readdir(this.#folder)
    await Promise.all(left.map((name) => rm(join(this.#folder, name), { force: true, recursive: true })))
    return left.length
  }
}
