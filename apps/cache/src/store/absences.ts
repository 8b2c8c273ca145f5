import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Absence } from './entry.ts'

/** How many are remembered; the oldest go. */
const MOST = 10_000

/** Why entries are not there, and why archives were refused. */
export class Absences {
  readonly #add: StatementSync
  readonly #trim: StatementSync
  readonly #of: StatementSync
  readonly #latest: StatementSync
  readonly #counts: StatementSync
  readonly #count: StatementSync

  constructor(database: DatabaseSync) {
    this.#add = database.prepare(
      'insert into absences (at, scope, hash, kind, reason, writer) values (?, ?, ?, ?, ?, ?)',
    )
    this.#trim = database.prepare(`delete from absences where id <= ? - ${MOST}`)
    this.#of = database.prepare('select * from absences where hash = ? order by id desc limit 50')
    this.#latest = database.prepare('select * from absences where kind = ? order by id desc limit ?')
    this.#count = database.prepare(
      'insert into counts values (?, 1) on conflict (name) do update set value = value + 1',
    )
    this.#counts = database.prepare('select name, value from counts')
  }

  add({ at, scope, hash, kind, reason, writer }: Absence): void {
    const { lastInsertRowid } = this.#add.run(at, scope, hash, kind, reason, writer)
    this.#trim.run(lastInsertRowid)
    this.#count.run(kind)
  }

  of(hash: string): Absence[] {
    return this.#of.all(hash) as Absence[]
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
