import { isDamage } from './database.ts'
import type { Tables } from './tables.ts'

export type LiveParts = {
  /** Opens the database; calls `onDamaged` when it had to begin an empty one. */
  readonly open: (onDamaged: () => void) => Tables
  /** An empty database has taken the place of one that was damaged while it was in use. */
  readonly onReplaced: () => void
}

/**
 * The tables of a database that may turn out to be damaged at any time: it is put aside then, and the work is done with an empty
 * one. One that cannot be opened, as on a full disk, is tried again by whoever comes next.
 */
export class LiveTables {
  readonly #parts: LiveParts
  #tables: Tables | undefined
  #isReplaced = false

  /** Throws what `open` throws. */
  constructor(parts: LiveParts) {
    this.#parts = parts
    this.#tables = this.#open()
    // Whoever starts looks for what is left anyway.
    this.#isReplaced = false
  }

  use<T>(work: (tables: Tables) => T): T {
    const tables = this.#current()
    try {
      return work(tables)
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#tables = undefined
      tables.activity.stop()
      tables.database.close()
      return work(this.#current())
    }
  }

  /** Writes what is still in memory, and closes. */
  close(): void {
    try {
      this.#tables?.activity.flush()
    } finally {
      this.#tables?.database.close()
    }
  }

  #current(): Tables {
    this.#tables ??= this.#open()
    if (this.#isReplaced) {
      this.#isReplaced = false
      this.#parts.onReplaced()
    }
    return this.#tables
  }

  #open(): Tables {
    return this.#parts.open(() => (this.#isReplaced = true))
  }
}
