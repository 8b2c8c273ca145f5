import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** One task's result, as its writer tells it. */
export type TaskResult = { hash: string; task: string; status: 'success' | 'failure' | 'remote-cache'; ms: number }

/** One hash whose task has passed and failed. Times are milliseconds since 1970. */
export type Flake = {
  task: string
  hash: string
  scope: string
  passed: number
  failed: number
  first: number
  last: number
}

/** Of a hash that nobody has run for so long nobody asks any more. Milliseconds. */
const KEPT = 30 * 86_400_000
/** How many are kept of main, and of all branches: whoever has a token could otherwise fill the disk, or push out main's. */
const MOST = 200_000
/** After so many new ones it is looked what has to go. */
const PORTION = 10_000

/** How tasks have ended, by the scope of who ran them. */
export class Results {
  readonly #count: StatementSync
  readonly #trim: StatementSync
  readonly #flakes: StatementSync
  readonly #most: number
  #added = 0

  constructor(database: DatabaseSync, most = MOST) {
    this.#most = most
    this.#count = database.prepare(`insert into results values (?, ?, ?, ?, ?, ?, ?) on conflict (scope, hash, task)
      do update set passed = passed + excluded.passed, failed = failed + excluded.failed, last = excluded.last`)
    this.#trim = database.prepare(`delete from results where (scope = 'main') = ?1 and last <= max(?2, coalesce(
      (select last from results where (scope = 'main') = ?1 order by last desc limit 1 offset ?3), 0))`)
    this.#flakes = database.prepare(`select task, hash, scope, passed, failed, first, last from results
      where passed > 0 and failed > 0 and (?1 is null or scope in (select value from json_each(?1)))
      order by scope <> 'main', last desc limit 500`)
  }

  add(scope: string, { hash, task, status }: TaskResult, now: number): void {
    if (status === 'remote-cache') return
    const passed = status === 'success' ? 1 : 0
    this.#count.run(scope, hash, task, passed, 1 - passed, now, now)
    this.#added += 1
    if (this.#added >= PORTION) this.trim(now)
  }

  /** Forgets what is old, and the oldest of what is too much: what branches tell pushes out nothing of main's. */
  trim(now: number): void {
    this.#added = 0
    for (const isMain of [1, 0]) this.#trim.run(isMain, now - KEPT, this.#most)
  }

  /** Those of main first, and the latest first; of all scopes without a list. */
  flakes(scopes: readonly string[] | undefined): Flake[] {
    return this.#flakes.all(scopes === undefined ? null : JSON.stringify(scopes)) as Flake[]
  }
}
