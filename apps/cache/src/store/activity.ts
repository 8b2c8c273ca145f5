import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { transact } from './database.ts'
import type { Entry } from './entry.ts'

/** Milliseconds that figures may be behind. */
const BEHIND = 1_000

type Use = { scope: string; hash: string; hits: number; used: number }
type Day = { day: string; scope: string; hits: number; misses: number; saved: number }

/** Reads and misses, collected and written at most once a second: a read writes nothing. */
export class Activity {
  readonly #database: DatabaseSync
  readonly #touch: StatementSync
  readonly #day: StatementSync
  readonly #onFault: (error: unknown) => void
  #uses = new Map<string, Use>()
  #days = new Map<string, Day>()
  #timer: NodeJS.Timeout | undefined

  constructor(database: DatabaseSync, onFault: (error: unknown) => void) {
    this.#database = database
    this.#onFault = onFault
    this.#touch = database.prepare(
      'update entries set hits = hits + ?, used = max(used, ?) where scope = ? and hash = ?',
    )
    this.#day = database.prepare(`insert into days values (?, ?, ?, ?, ?) on conflict (day, scope) do update set
      hits = hits + excluded.hits, misses = misses + excluded.misses, saved = saved + excluded.saved`)
  }

  /** `asker` is the scope of who has read. */
  hit(entry: Entry, asker: string, now: number): void {
    const key = `${entry.scope} ${entry.hash}`
    const use = this.#uses.get(key) ?? { scope: entry.scope, hash: entry.hash, hits: 0, used: 0 }
    use.hits += 1
    use.used = now
    this.#uses.set(key, use)
    const day = this.#dayOf(asker, now)
    day.hits += 1
    day.saved += entry.ms ?? 0
  }

  miss(asker: string, now: number): void {
    this.#dayOf(asker, now).misses += 1
  }

  /** What could not be written is kept for the next time. */
  flush(): void {
    this.stop()
    if (this.#uses.size === 0 && this.#days.size === 0) return
    transact(this.#database, () => {
      for (const { hits, used, scope, hash } of this.#uses.values()) this.#touch.run(hits, used, scope, hash)
      for (const { day, scope, hits, misses, saved } of this.#days.values())
        this.#day.run(day, scope, hits, misses, Math.round(saved))
    })
    this.#uses = new Map()
    this.#days = new Map()
  }

  /** Nothing is written any more until somebody reads again. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** For who can do without: a fault is told, and nothing is lost. */
  tryFlush(): void {
    try {
      this.flush()
    } catch (error) {
      this.#onFault(error)
    }
  }

  #dayOf(scope: string, now: number): Day {
    this.#timer ??= setTimeout(() => this.tryFlush(), BEHIND).unref()
    const day = new Date(now).toISOString().slice(0, 10)
    const key = `${day} ${scope}`
    const found = this.#days.get(key) ?? { day, scope, hits: 0, misses: 0, saved: 0 }
    this.#days.set(key, found)
    return found
  }
}
