import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export type Draft = {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** In hex. */
  readonly sha512: string
  readonly sha1: string
}

/** Where drafts are written; tests have one whose disk is full. */
export type OpenDraft = (path: string) => Promise<DraftFile>
export type DraftFile = {
  write(bytes: Uint8Array): Promise<unknown>
  sync(): Promise<void>
  close(): Promise<void>
}

export const openDraft: OpenDraft = async (path) => {
  const handle = await open(path, 'wx', 0o600)
  return {
    write: (bytes) => handle.writeFile(bytes),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  }
}

/** Files that are written aside, to the disk itself, and seen under their names only when they are whole and right. */
export class Drafts {
  readonly #folder: string
  readonly #open: OpenDraft

  constructor(folder: string, openFile: OpenDraft = openDraft) {
    this.#folder = folder
    this.#open = openFile
  }

  /** Writes what comes, and says what it is. On any fault nothing is left. */
  async write(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Draft> {
    const path = join(this.#folder, randomUUID())
    const file = await this.#open(path)
    try {
      const written = await fill(file, source)
      return { path, ...written }
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  /** Gives a draft its name. Equal bytes that stand there already are replaced, so that damaged ones are healed. */
  async publish({ path }: Draft, target: string): Promise<void> {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await rename(path, target)
    // Else a power cut could take the name away after somebody was told of it.
    await using folder = await open(dirname(target), 'r')
    await folder.sync()
  }

  async discard({ path }: Draft): Promise<void> {
    await rm(path, { force: true })
  }

  /** Removes what a killed process has left. To be called by the one writer alone, before it writes. */
  async sweep(): Promise<number> {
    const left = await readdir(this.#folder)
    await Promise.all(left.map((name) => rm(join(this.#folder, name), { force: true, recursive: true })))
    return left.length
  }
}

async function fill(
  file: DraftFile,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Omit<Draft, 'path'>> {
  const sha512 = createHash('sha512')
  const sha1 = createHash('sha1')
  let size = 0
  try {
    for await (const chunk of source) {
      sha512.update(chunk)
      sha1.update(chunk)
      size += chunk.length
      await file.write(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { size, sha512: sha512.digest('hex'), sha1: sha1.digest('hex') }
}
