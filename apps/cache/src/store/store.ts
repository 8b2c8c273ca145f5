import type { Absence, Entry } from './entry.ts'
import { Bodies } from './bodies.ts'
import { openCacheFolder } from './data-folder.ts'
import { openDatabase, transact } from './database.ts'
import type { PurgeWish } from './entries.ts'
import { collectGarbage, sweepOrphans } from './garbage.ts'
import { trustOf } from './pool.ts'
import type { Budget, Trust } from './pool.ts'
import { Room } from './room.ts'
import type { Flake, TaskResult } from './results.ts'
import type { ScopeSummary } from './summary.ts'
import { LiveTables } from './live-tables.ts'
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

/** `taken`: the scope has its hash already, or main does. `full`: there is no room, for all that is there is being read. */
export type Outcome = 'stored' | 'taken' | 'full'

/**
 * Entries and their bodies in one folder, which two processes may have open at once. Whoever is killed at any moment leaves
 * an entry with all of its bytes, or none.
 */
export class Store {
  readonly bodies: Bodies
  readonly room: Room
  readonly #options: StoreOptions
  readonly #closing = new AbortController()
  readonly #live: LiveTables
  #sweeping: Promise<unknown> = Promise.resolve()

  /** Opens the folder. DATA_FORMAT_NEWER, DATA_FOLDER_UNUSABLE. */
  constructor(options: StoreOptions) {
    this.#options = options
    this.room = new Room(options.budget)
    const folder = openCacheFolder(options.folder)
    this.bodies = new Bodies(folder)
    this.#live = new LiveTables({
      open: (onDamaged) => openTables(folder.database, { log: options.log, onDamaged }),
      onReplaced: () => void this.sweep(),
    })
  }

  /** Removes what killed processes, or a damaged database, have left behind. Resolves when that is done; meanwhile everything works. */
  sweep(): Promise<unknown> {
    const { now, log } = this.#options
    const work = async (): Promise<void> => {
      const drafts = this.bodies.sweepDrafts(now())
      this.#live.use(({ absences, results, summary }) => {
        absences.trim()
        results.trim(now())
        summary.trim(new Date(now() - 40 * 86_400_000).toISOString().slice(0, 10))
      })
      const orphans = await sweepOrphans(() => this.#live.use((tables) => tables), this.bodies, this.#closing.signal)
      await this.#collect()
      if (drafts + orphans > 0) log.info({ drafts, orphans }, 'removed what a process had left that was killed')
    }
    this.#sweeping = this.#sweeping
      .then(work)
      .catch((err: unknown) => log.warn({ err }, 'could not look for what killed processes left'))
    return this.#sweeping
  }

  /** The first of these scopes that has the hash. */
  find(scopes: readonly string[], hash: string): Entry | undefined {
    return this.#live.use(({ entries }) => {
      for (const scope of scopes) {
        const found = entries.find(scope, hash)
        if (found !== undefined) return found
      }
      return undefined
    })
  }

  /** Makes an upload visible, at once and whole, and takes away what has to go for it. */
  commit({ draft, ...upload }: Upload): Outcome {
    const trust = trustOf(upload.scope)
    const insert = (tables: Tables): Outcome => {
      const { entries } = tables
      const isThere = ['main', upload.scope].some((scope) => entries.find(scope, upload.hash) !== undefined)
      if (isThere) return 'taken'
      const gone = this.room.plan(entries, trust, upload.size)
      if (gone === undefined) return 'full'
      this.#forget(tables, gone, { kind: 'evicted', reason: 'to make room' })
      this.bodies.publish(draft, trust, upload.sha)
      entries.insert({ ...upload, trust, written: this.#options.now() })
      return 'stored'
    }
    try {
      return this.#live.use((tables) => {
        // What was read a moment ago is not the oldest.
        if (tables.entries.pool(trust).bytes + upload.size > this.room.budget[trust]) tables.activity.flush()
        return transact(tables.database, () => insert(tables))
      })
    } catch (error) {
      this.#live.use(({ database, entries }) =>
        transact(database, () => {
          if (!entries.hasBody(trust, upload.sha)) this.bodies.remove(trust, upload.sha)
        }),
      )
      throw error
    } finally {
      this.#collectSoon()
    }
  }

  hit(entry: Entry, asker: string): void {
    this.#live.use(({ activity }) => activity.hit(entry, asker, this.#options.now()))
  }

  miss(asker: string): void {
    this.#live.use(({ activity }) => activity.miss(asker, this.#options.now()))
  }

  /** Takes away an entry whose body is not what it was: it can be written again. */
  dropDamaged(entry: Entry, reason: string): void {
    const found = this.find([entry.scope], entry.hash)
    // It was evicted or purged while somebody was about to read it, or even written anew.
    if (found?.sha !== entry.sha || found.written !== entry.written) return
    this.#options.log.warn({ scope: entry.scope, hash: entry.hash, reason }, 'an entry was damaged and is removed')
    this.#remove([entry], { kind: 'damaged', reason })
  }

  refuse(absence: Pick<Absence, 'scope' | 'hash' | 'reason' | 'writer'>): void {
    try {
      this.#live.use(({ absences }) => absences.add({ ...absence, at: this.#options.now(), kind: 'refused' }))
    } catch (err) {
      this.#options.log.warn({ err }, 'a refusal could not be written down')
    }
  }

  /** Removes what matches all that is said, and says how much that was. */
  purge(wish: PurgeWish, writer: string): { entries: number; bytes: number } {
    const found = this.#live.use(({ entries }) => entries.matching(wish))
    this.#remove(found, { kind: 'purged', reason: `by ${writer}` })
    return { entries: found.length, bytes: found.reduce((sum, { size }) => sum + size, 0) }
  }

  addResults(scope: string, results: readonly TaskResult[]): void {
    this.#live.use((tables) =>
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
    return this.#live.use(({ results }) => results.flakes(scopes))
  }

  entriesOf(hash: string): Entry[] {
    return this.#live.use(({ entries, activity }) => {
      activity.tryFlush()
      return entries.ofHash(hash)
    })
  }

  absencesOf(hash: string, scopes: readonly string[] | undefined): Absence[] {
    return this.#live.use(({ absences }) => absences.of(hash, scopes))
  }

  refusals(count: number): Absence[] {
    return this.#live.use(({ absences }) => absences.latest('refused', count))
  }

  summary(days: number, scopes?: readonly string[]): ScopeSummary[] {
    const since = new Date(this.#options.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10)
    return this.#live.use(({ summary, activity }) => {
      activity.tryFlush()
      return summary.scopes(since, scopes)
    })
  }

  counts(): { evicted: number; refused: number; pools: Record<Trust, { bytes: number; entries: number }> } {
    return this.#live.use(({ absences, entries }) => {
      const { evicted = 0, refused = 0 } = absences.counts()
      return { evicted, refused, pools: { main: entries.pool('main'), branch: entries.pool('branch') } }
    })
  }

  /** Writes the figures that are still in memory, and closes the database. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#sweeping
    this.#live.close()
  }

  #remove(gone: readonly Entry[], why: Pick<Absence, 'kind' | 'reason'>): void {
    if (gone.length === 0) return
    this.#live.use((tables) => transact(tables.database, () => this.#forget(tables, gone, why)))
    this.#collectSoon()
  }

  /** Within a transaction. */
  #forget({ entries, absences }: Tables, gone: readonly Entry[], why: Pick<Absence, 'kind' | 'reason'>): void {
    for (const { scope, hash, writer } of gone) {
      entries.remove({ scope, hash })
      absences.add({ ...why, at: this.#options.now(), scope, hash, writer })
    }
  }

  #collectSoon(): void {
    void this.#collect().catch((err: unknown) => this.#options.log.warn({ err }, 'bodies could not be removed'))
  }

  async #collect(): Promise<void> {
    while (!this.#closing.signal.aborted && !this.#live.use((tables) => collectGarbage(tables, this.bodies)))
      await new Promise((resolve) => setImmediate(resolve))
  }
}

function openTables(file: string, { log, onDamaged }: { log: StoreLog; onDamaged: () => void }): Tables {
  const database = openDatabase(file, (aside, reason) => {
    onDamaged()
    log.error({ aside, reason }, 'the database was damaged, was put aside, and begins empty')
  })
  return createTables(database, (err) => log.warn({ err }, 'figures could not be written'))
}
