import type { Absence, Entry } from './entry.ts'
import { Bodies } from './bodies.ts'
import { openDataFolder } from './data-folder.ts'
import type { DataFolder } from './data-folder.ts'
import { isDamage, openDatabase, transact } from './database.ts'
import type { PurgeWish } from './entries.ts'
import { planEviction } from './evict.ts'
import { collectGarbage, sweepOrphans } from './garbage.ts'
import { trustOf } from './pool.ts'
import type { Budget, Trust } from './pool.ts'
import type { Flake, TaskResult } from './results.ts'
import type { ScopeSummary } from './summary.ts'
import { createTables } from './tables.ts'
import type { Tables } from './tables.ts'

export type StoreLog = {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

export type StoreOptions = {
  /** The folder of its data. */
  folder: string
  budget: Budget
  now: () => number
  log: StoreLog
}

/** A checked upload that is to become an entry. */
export type Upload = Pick<Entry, 'scope' | 'hash' | 'sha' | 'size' | 'contents' | 'writer' | 'revision'> & {
  readonly draft: string
}

/** Room in the budget, until it is given back. */
export type Reservation = Disposable

/**
 * Entries and their bodies in one folder, which two processes may have open at once. Whoever is killed at any moment leaves
 * an entry with all of its bytes, or none.
 */
export class Store {
  readonly bodies: Bodies
  readonly budget: Budget
  readonly #options: StoreOptions
  readonly #folder: DataFolder
  readonly #reserved = { main: 0, branch: 0 }
  readonly #held = new Map<string, number>()
  readonly #closing = new AbortController()
  #tables: Tables
  #sweeping: Promise<unknown> = Promise.resolve()

  /** Opens the folder. CACHE_FORMAT_NEWER, CACHE_FOLDER_UNUSABLE. */
  constructor(options: StoreOptions) {
    this.#options = options
    this.budget = options.budget
    this.#folder = openDataFolder(options.folder)
    this.bodies = new Bodies(this.#folder)
    this.#tables = this.#open()
  }

  /** Removes what killed processes have left behind. Resolves when that is done; meanwhile everything works. */
  sweep(): Promise<unknown> {
    const { now, log } = this.#options
    const work = async (): Promise<void> => {
      const drafts = this.bodies.sweepDrafts(now())
      this.#with(({ results, summary }) => {
        results.trim(now())
        summary.trim(new Date(now() - 40 * 86_400_000).toISOString().slice(0, 10))
      })
      const orphans = await sweepOrphans(() => this.#tables, this.bodies, this.#closing.signal)
      await this.#collect()
      if (drafts + orphans > 0) log.info({ drafts, orphans }, 'removed what a process had left that was killed')
    }
    this.#sweeping = work().catch((err: unknown) => log.warn({ err }, 'could not look for what killed processes left'))
    return this.#sweeping
  }

  /** The first of these scopes that has the hash. */
  find(scopes: readonly string[], hash: string): Entry | undefined {
    return this.#with(({ entries }) => {
      for (const scope of scopes) {
        const found = entries.find(scope, hash)
        if (found !== undefined) return found
      }
      return undefined
    })
  }

  /** Keeps an entry from being evicted while it is read. */
  hold(entry: Pick<Entry, 'trust' | 'sha'>): Disposable {
    const key = bodyKey(entry)
    this.#held.set(key, (this.#held.get(key) ?? 0) + 1)
    return {
      [Symbol.dispose]: () => {
        const left = (this.#held.get(key) ?? 1) - 1
        if (left === 0) this.#held.delete(key)
        else this.#held.set(key, left)
      },
    }
  }

  /** Makes room for a body of that length, and keeps it; undefined when the budget does not have it. */
  reserve(trust: Trust, bytes: number): Reservation | undefined {
    if (!this.#makeRoom(trust, bytes)) return undefined
    this.#reserved[trust] += bytes
    return { [Symbol.dispose]: () => void (this.#reserved[trust] -= bytes) }
  }

  /** Makes an upload visible, at once and whole; false when the scope has its hash already, or main does. */
  commit({ draft, ...upload }: Upload): boolean {
    const trust = trustOf(upload.scope)
    const insert = ({ entries }: Tables): boolean => {
      const isThere = ['main', upload.scope].some((scope) => entries.find(scope, upload.hash) !== undefined)
      if (isThere) return false
      this.bodies.publish(draft, trust, upload.sha)
      entries.insert({ ...upload, trust, written: this.#options.now() })
      return true
    }
    try {
      return this.#with((tables) => transact(tables.database, () => insert(tables)))
    } catch (error) {
      this.#with(({ database, entries }) =>
        transact(database, () => {
          if (!entries.hasBody(trust, upload.sha)) this.bodies.remove(trust, upload.sha)
        }),
      )
      throw error
    }
  }

  hit(entry: Entry, asker: string): void {
    this.#with(({ activity }) => activity.hit(entry, asker, this.#options.now()))
  }

  miss(asker: string): void {
    this.#with(({ activity }) => activity.miss(asker, this.#options.now()))
  }

  /** Takes away an entry whose body is not what it was: it can be written again. */
  dropDamaged(entry: Entry, reason: string): void {
    const found = this.find([entry.scope], entry.hash)
    // It was evicted or purged while somebody was about to read it, or even written anew.
    if (found?.sha !== entry.sha || found.written !== entry.written) return
    this.#options.log.warn({ scope: entry.scope, hash: entry.hash, reason }, 'an entry was damaged and is removed')
    this.#remove([entry], 'damaged', reason)
  }

  refuse(absence: Pick<Absence, 'scope' | 'hash' | 'reason' | 'writer'>): void {
    try {
      this.#with(({ absences }) => absences.add({ ...absence, at: this.#options.now(), kind: 'refused' }))
    } catch (err) {
      this.#options.log.warn({ err }, 'a refusal could not be written down')
    }
  }

  /** Removes what matches all that is said, and says how much that was. */
  purge(wish: PurgeWish, writer: string): { entries: number; bytes: number } {
    const found = this.#with(({ entries }) => entries.matching(wish))
    this.#remove(found, 'purged', `by ${writer}`)
    return { entries: found.length, bytes: found.reduce((sum, { size }) => sum + size, 0) }
  }

  addResults(scope: string, results: readonly TaskResult[]): void {
    this.#with((tables) =>
      transact(tables.database, () => {
        for (const result of results) {
          tables.results.add(scope, result, this.#options.now())
          const { task, ms, status, hash } = result
          if (status !== 'failure')
            tables.entries.annotate({ scope, hash }, { task, ms: status === 'success' ? Math.round(ms) : null })
        }
      }),
    )
  }

  flakes(scopes: readonly string[] | undefined): Flake[] {
    return this.#with(({ results }) => results.flakes(scopes))
  }

  entriesOf(hash: string): Entry[] {
    return this.#with(({ entries, activity }) => {
      activity.tryFlush()
      return entries.ofHash(hash)
    })
  }

  absencesOf(hash: string): Absence[] {
    return this.#with(({ absences }) => absences.of(hash))
  }

  refusals(count: number): Absence[] {
    return this.#with(({ absences }) => absences.latest('refused', count))
  }

  summary(days: number, scopes?: readonly string[]): ScopeSummary[] {
    const since = new Date(this.#options.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10)
    return this.#with(({ summary, activity }) => {
      activity.tryFlush()
      return summary.scopes(since, scopes)
    })
  }

  counts(): { evicted: number; refused: number; pools: Record<Trust, { bytes: number; entries: number }> } {
    return this.#with(({ absences, entries }) => {
      const { evicted = 0, refused = 0 } = absences.counts()
      return { evicted, refused, pools: { main: entries.pool('main'), branch: entries.pool('branch') } }
    })
  }

  /** Writes the figures that are still in memory, and closes the database. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#sweeping
    try {
      this.#tables.activity.flush()
    } finally {
      this.#tables.database.close()
    }
  }

  #makeRoom(trust: Trust, bytes: number): boolean {
    const most = this.budget[trust] - this.#reserved[trust] - bytes
    if (most < 0) return false
    const evicted = this.#with((tables) => {
      if (tables.entries.pool(trust).bytes <= most) return []
      tables.activity.flush()
      return planEviction(tables.entries, { trust, most, isHeld: (entry) => this.#held.has(bodyKey(entry)) })
    })
    if (evicted === undefined) return false
    this.#remove(evicted, 'evicted', 'to make room')
    return true
  }

  #remove(gone: readonly Entry[], kind: Absence['kind'], reason: string): void {
    if (gone.length === 0) return
    this.#with(({ database, entries, absences }) => {
      transact(database, () => {
        for (const { scope, hash, writer } of gone) {
          entries.remove({ scope, hash })
          absences.add({ at: this.#options.now(), scope, hash, kind, reason, writer })
        }
      })
    })
    void this.#collect().catch((err: unknown) => this.#options.log.warn({ err }, 'bodies could not be removed'))
  }

  async #collect(): Promise<void> {
    while (!this.#closing.signal.aborted && !this.#with((tables) => collectGarbage(tables, this.bodies)))
      await new Promise((resolve) => setImmediate(resolve))
  }

  /** A database that turns out to be damaged is put aside, and the work is done with an empty one. */
  #with<T>(work: (tables: Tables) => T): T {
    try {
      return work(this.#tables)
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#tables.database.close()
      this.#tables = this.#open()
      return work(this.#tables)
    }
  }

  #open(): Tables {
    const { log } = this.#options
    const database = openDatabase(this.#folder.database, (aside, reason) =>
      log.error({ aside, reason }, 'the database was damaged, was put aside, and begins empty'),
    )
    return createTables(database, (err) => log.warn({ err }, 'figures could not be written'))
  }
}

function bodyKey({ trust, sha }: Pick<Entry, 'trust' | 'sha'>): string {
  return `${trust}/${sha}`
}
