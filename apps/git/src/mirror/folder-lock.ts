import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** SQLITE_BUSY: https://www.sqlite.org/rescode.html#busy */
const BUSY = 5

/**
 * Held by the one process that changes repositories: in a swap two have the folder open. It is a lock of the system on a file, by SQLite, which has one
 * for every system: it ends with its process, however that ends.
 */
export class FolderLock {
  readonly #file: string

  constructor(folder: string) {
    this.#file = join(folder, 'writer.sqlite')
  }

  /** Undefined when somebody has it. */
  take(): Disposable | undefined {
    const database = new DatabaseSync(this.#file, { timeout: 0 })
    try {
      database.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      database.close()
      if ((error as { errcode?: number }).errcode === BUSY) return undefined
      throw error
    }
    return { [Symbol.dispose]: () => database.close() }
  }
}
