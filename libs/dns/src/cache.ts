import type { MochiError } from '@mochi/errors'
import type { Found } from './answer.ts'

/** What is known of one question. */
export type Entry = {
  /** The last answer, however old, and by whom. */
  known?: { readonly found: Found; readonly server: string; readonly at: number; readonly until: number }
  /** The servers failed; until then they are not asked again. */
  failed?: { readonly error: MochiError; readonly until: number }
}

/**
 * Answers by question, bounded: what was not asked of servers for longest goes first. Its size is counted in records, because one
 * answer can have thousands.
 */
export class Cache {
  readonly #entries = new Map<string, Entry>()
  readonly #capacity: number
  #size = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#size
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key)
  }

  /** Replaces what is known, or adds that the servers failed to it. */
  set(key: string, entry: Entry): void {
    this.#drop(key)
    this.#entries.set(key, entry)
    this.#size += weight(entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#capacity) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#size -= weight(entry)
  }
}

function weight({ known }: Entry): number {
  return 1 + (known?.found.records.length ?? 0)
}
