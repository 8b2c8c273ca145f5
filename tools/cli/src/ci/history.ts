import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Flake } from '../report/report.ts'
import type { TaskResult } from './tally.ts'

/** Adds the results of a run to the file, and returns the flakes among its tasks, the latest first. */
export async function rememberResults(
  path: string,
  tasks: readonly TaskResult[],
  { revision, now }: { revision: string; now: number },
): Promise<readonly Flake[]> {
  using history = await History.open(path)
  const named = tasks.map((result) => ({ ...result, task: `${result.project}:${result.target}` }))
  const ran = named.filter(({ status }) => status === 'success' || status === 'failure')
  history.add(ran, { revision, now })
  const names = new Set(named.map(({ task }) => task))
  return history.flakes().filter(({ task }) => names.has(task))
}

/** One task that ran to its end. What came from a cache says nothing new. */
export type Outcome = { readonly task: string; readonly hash: string; readonly ok: boolean; readonly ms: number }

/** Days that an outcome is remembered. */
const KEPT_DAYS = 90

/**
 * The format of the file stands in its `user_version`; a file of another format is begun anew, because it holds nothing that
 * is missed.
 */
const FORMAT = 1
const TABLE = `
  CREATE TABLE outcomes (task TEXT NOT NULL, hash TEXT NOT NULL, ok INTEGER NOT NULL, ms INTEGER NOT NULL, at INTEGER NOT NULL,
    revision TEXT NOT NULL);
  CREATE INDEX outcomes_of_task ON outcomes (task, hash);
  PRAGMA user_version = ${FORMAT};`

/** The two results of one task with the same inputs, row by row. Times are milliseconds since 1970. */
type Row = { task: string; hash: string; passed: number; failed: number; first: number; last: number; broke: number }

const BOTH_WAYS = `
  SELECT task, hash, SUM(ok) AS passed, SUM(1 - ok) AS failed, MIN(at) AS first, MAX(at) AS last,
    MAX(CASE WHEN ok = 0 THEN at END) AS broke
  FROM outcomes GROUP BY task, hash HAVING SUM(ok) > 0 AND SUM(1 - ok) > 0 ORDER BY last DESC, task`

/**
 * How tasks ended, by the hash of all that they depend on, over many runs: one hash that passed and failed is a flake, since
 * nothing that counts was different. The file belongs to one scope of trust; several runs may write it at once.
 */
export class History {
  readonly #database: DatabaseSync

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Opens the file, or makes it; one that is damaged is begun anew. */
  static async open(path: string): Promise<History> {
    await mkdir(dirname(path), { recursive: true })
    try {
      return new History(openDatabase(path))
    } catch (error) {
      if (!DAMAGED.includes((error as { errcode?: number }).errcode ?? 0)) throw error
      await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${path}${end}`, { force: true })))
      return new History(openDatabase(path))
    }
  }

  /** Adds what one run saw, all or nothing, and forgets what is old. `now`: milliseconds since 1970. */
  add(outcomes: readonly Outcome[], { revision, now }: { revision: string; now: number }): void {
    const insert = this.#database.prepare('INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?)')
    this.#database.exec('BEGIN IMMEDIATE')
    for (const { task, hash, ok, ms } of outcomes) insert.run(task, hash, ok ? 1 : 0, ms, now, revision)
    this.#database.prepare('DELETE FROM outcomes WHERE at < ?').run(now - KEPT_DAYS * 24 * 3600 * 1000)
    this.#database.exec('COMMIT')
  }

  /** Every flake that is remembered, the latest first. */
  flakes(): readonly Flake[] {
    const rows = this.#database.prepare(BOTH_WAYS).all() as Row[]
    return rows.map(({ first, last, broke, ...rest }) => ({
      ...rest,
      first: new Date(first).toISOString(),
      last: new Date(last).toISOString(),
      lastFailure: new Date(broke).toISOString(),
    }))
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED: readonly number[] = [11, 26]

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5000 })
  database.exec('PRAGMA journal_mode = WAL; BEGIN IMMEDIATE')
  const { user_version: format } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  if (format !== FORMAT) database.exec(`DROP TABLE IF EXISTS outcomes; ${TABLE}`)
  database.exec('COMMIT')
  return database
}
