import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Absence } from './entry.ts'

/** How many are remembered of main, and of all branches; the oldest go. */
const MOST = 10_000
/** After so many new ones it is looked what has to go. */
const PORTION = 1_000

/** Why entries are not there, and why archives were refused. */
export class Absences {
  readonly #add: StatementSync
  readonly #trim: StatementSync
  readonly #of: StatementSync
  readonly #latest: StatementSync
  readonly #counts: StatementSync
  readonly #count: StatementSync
  readonly #most: number
  #added = 0

  constructor(database: DatabaseSync, most = MOST) {
    this.#most = most
    this.#add = database.prepare(
      'insert into absences (at, scope, hash, kind, reason, writer) values (?, ?, ?, ?, ?, ?)',
    )
    this.#trim = database.prepare(`delete from absences where (scope = 'main') = ?1 and id <=
      (select id from absences where (scope = 'main') = ?1 order by id desc limit 1 offset ?2)`)
    this.#of = database.prepare(`select * from absences where hash = ?1
      and (?2 is null or scope in (select value from json_each(?2))) order by id desc limit 50`)
    this.#latest = database.prepare('select * from absences where kind = ? order by id desc limit ?')
    this.#count = database.prepare(
      'insert into counts values (?, 1) on conflict (name) do update set value = value + 1',
    )
    this.#counts = database.prepare('select name, value from counts')
  }

  add({ at, scope, hash, kind, reason, writer }: Absence): void {
    this.#add.run(at, scope, hash, kind, reason, writer)
    this.#count.run(kind)
    this.#added += 1
    if (this.#added >= PORTION) this.trim()
  }

  /** Forgets the oldest: what branches do pushes out nothing of main's. */
  trim(): void {
    this.#added = 0
    for (const isMain of [1, 0]) this.#trim.run(isMain, this.#most)
  }

  /** The latest first; of all scopes without a list. */
  of(hash: string, scopes: readonly string[] | undefined): Absence[] {
    return this.#of.all(hash, scopes === undefined ? null : JSON.stringify(scopes)) as Absence[]
  }

  latest(kind: Absence['kind'], count: number): Absence[] {
    return this.#latest.all(kind, count) as Absence[]
  }

  /** How many of each kind there ever were. */
  counts(): Readonly<Partial<Record<Absence['kind'], number>>> {
    return Object.fromEntries(
      (this.#counts.all() as { name: string; value: number }[]).map((row) => [row.name, row.value]),
    )
  }
}
