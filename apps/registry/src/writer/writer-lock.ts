import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** SQLITE_BUSY: https://www.sqlite.org/rescode.html#busy */
const BUSY = 5

/**
 * Held by the one process that writes into a data folder. It is a lock of the system on a file, by SQLite, which has one for every
 * system: it ends with its process, however that ends.
 */
export class WriterLock {
  readonly #file: string
  #database: DatabaseSync | undefined

  constructor(data: string) {
    this.#file = join(data, 'writer.sqlite')
  }

  get isHeld(): boolean {
    return this.#database !== undefined
  }

  /** False when another process has it. */
  take(): boolean {
    if (this.#database !== undefined) return true
    const database = new DatabaseSync(this.#file, { timeout: 0 })
    try {
      database.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      database.close()
      if ((error as { errcode?: number }).errcode === BUSY) return false
      throw error
    }
    this.#database = database
    return true
  }

  release(): void {
    this.#database?.close()
    this.#database = undefined
  }
}
