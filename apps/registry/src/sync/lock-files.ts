import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseLockFile } from '@mochi/lock-files'
import type { LockFile } from '@mochi/lock-files'

/** A lock file as it is now, and where it stands as the configuration names it. */
export type NamedLockFile = { readonly file: string; readonly content: LockFile }

/** Reads lock files whenever they are asked for, and parses them when they have changed: a large one takes a third of a second. */
export class LockFiles {
  readonly #workspace: string
  readonly #files: readonly string[]
  readonly #parsed = new Map<string, { readonly digest: string; readonly content: LockFile }>()

  /** Paths are absolute, or relative to the workspace. */
  constructor(workspace: string, files: readonly string[]) {
    this.#workspace = workspace
    this.#files = files
  }

  get isEmpty(): boolean {
    return this.#files.length === 0
  }

  /** Rejects for one that is not there, and with LOCK_FILE_UNREADABLE. */
  read(): Promise<NamedLockFile[]> {
    return Promise.all(this.#files.map(async (file) => ({ file, content: await this.#read(file) })))
  }

  async #read(file: string): Promise<LockFile> {
    const text = await readFile(resolve(this.#workspace, file), 'utf8')
    const digest = createHash('sha256').update(text).digest('base64')
    const known = this.#parsed.get(file)
    if (known?.digest === digest) return known.content
    const content = parseLockFile(file, text)
    this.#parsed.set(file, { digest, content })
    return content
  }
}
