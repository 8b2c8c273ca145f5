import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** What one scope holds, and what its askers have found. `saved` is in milliseconds. */
export type ScopeSummary = {
  scope: string
  entries: number
  bytes: number
  hits: number
  misses: number
  saved: number
}

/** Figures of scopes, for people. They are added up when somebody asks. */
export class Summary {
  readonly #scopes: StatementSync
  readonly #trim: StatementSync

  constructor(database: DatabaseSync) {
    this.#scopes = database.prepare(`
      with held as (select scope, count(*) entries, sum(size) bytes from entries group by scope),
        asked as (select scope, sum(hits) hits, sum(misses) misses, sum(saved) saved from days where day >= ?1 group by scope),
        names as (select scope from held union select scope from asked)
      select names.scope, coalesce(entries, 0) entries, coalesce(bytes, 0) bytes, coalesce(hits, 0) hits,
        coalesce(misses, 0) misses, coalesce(saved, 0) saved
      from names left join held on held.scope = names.scope left join asked on asked.scope = names.scope
      where ?2 is null or names.scope in (select value from json_each(?2))
      order by names.scope <> 'main', bytes desc, names.scope limit 200`)
    this.#trim = database.prepare('delete from days where day < ?')
  }

  /** Since a day (`2026-11-23`), of some scopes or of all. */
  scopes(since: string, scopes: readonly string[] | undefined): ScopeSummary[] {
    return this.#scopes.all(since, scopes === undefined ? null : JSON.stringify(scopes)) as ScopeSummary[]
  }

  trim(before: string): void {
    this.#trim.run(before)
  }
}
