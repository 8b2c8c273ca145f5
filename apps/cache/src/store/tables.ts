import type { DatabaseSync } from 'node:sqlite'
import { Absences } from './absences.ts'
import { Activity } from './activity.ts'
import { Entries } from './entries.ts'
import { Results } from './results.ts'
import { Summary } from './summary.ts'

/** Everything that is kept in the database, over one connection. */
export type Tables = {
  readonly database: DatabaseSync
  readonly entries: Entries
  readonly absences: Absences
  readonly results: Results
  readonly summary: Summary
  readonly activity: Activity
}

export function createTables(database: DatabaseSync, onFault: (error: unknown) => void): Tables {
  return {
    database,
    entries: new Entries(database),
    absences: new Absences(database),
    results: new Results(database),
    summary: new Summary(database),
    activity: new Activity(database, onFault),
  }
}
