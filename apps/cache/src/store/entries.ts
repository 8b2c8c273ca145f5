import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Entry } from './entry.ts'
import type { Trust } from './pool.ts'

export type PurgeWish = { scope?: string | undefined; hash?: string | undefined; writer?: string | undefined }

type NewEntry = Omit<Entry, 'task' | 'ms' | 'hits' | 'used'>

/** The rows of entries. Whoever changes more than one thing does it in a transaction. */
export class Entries {
  readonly #find: StatementSync
  readonly #ofHash: StatementSync
  readonly #insert: StatementSync
  readonly #remove: StatementSync
  readonly #oldest: StatementSync
  readonly #pool: StatementSync
  readonly #hasBody: StatementSync
  readonly #annotate: StatementSync
  readonly #matching: StatementSync

  constructor(database: DatabaseSync) {
    const prepare = (sql: string) => database.prepare(sql)
    this.#find = prepare('select * from entries where scope = ? and hash = ?')
    this.#ofHash = prepare('select * from entries where hash = ? order by scope')
    this.#insert =
      prepare(`insert into entries (scope, hash, trust, sha, size, contents, writer, revision, written, used)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#remove = prepare('delete from entries where scope = ? and hash = ?')
    this.#oldest = prepare('select * from entries where trust = ? order by used limit ? offset ?')
    this.#pool = prepare('select bytes, entries from pools where trust = ?')
    this.#hasBody = prepare('select 1 from entries where trust = ? and sha = ? limit 1')
    this.#annotate = prepare(
      `update entries set task = coalesce(task, ?), ms = coalesce(ms, ?) where scope = ? and hash = ?`,
    )
    this.#matching = prepare(`select * from entries where (?1 is null or scope = ?1) and (?2 is null or hash = ?2)
      and (?3 is null or writer = ?3)`)
  }

  find(scope: string, hash: string): Entry | undefined {
    return this.#find.get(scope, hash) as Entry | undefined
  }

  ofHash(hash: string): Entry[] {
    return this.#ofHash.all(hash) as Entry[]
  }

  insert(entry: NewEntry): void {
    const { scope, hash, trust, sha, size, contents, writer, revision, written } = entry
    this.#insert.run(scope, hash, trust, sha, size, contents, writer, revision, written, written)
  }

  remove({ scope, hash }: Pick<Entry, 'scope' | 'hash'>): void {
    this.#remove.run(scope, hash)
  }

  /** Those that were read or written least recently. */
  oldest(trust: Trust, count: number, offset: number): Entry[] {
    return this.#oldest.all(trust, count, offset) as Entry[]
  }

  pool(trust: Trust): { bytes: number; entries: number } {
    return this.#pool.get(trust) as { bytes: number; entries: number }
  }

  hasBody(trust: Trust, sha: string): boolean {
    return this.#hasBody.get(trust, sha) !== undefined
  }

  /** What the first who knows it says of an entry. */
  annotate({ scope, hash }: Pick<Entry, 'scope' | 'hash'>, { task, ms }: { task: string; ms: number | null }): void {
    this.#annotate.run(task, ms, scope, hash)
  }

  matching({ scope, hash, writer }: PurgeWish): Entry[] {
    return this.#matching.all(scope ?? null, hash ?? null, writer ?? null) as Entry[]
  }
}
