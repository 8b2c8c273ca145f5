import type { Bodies } from './bodies.ts'
import { transact } from './database.ts'
import type { Trust } from './pool.ts'
import type { Tables } from './tables.ts'

/** Bodies that one transaction removes at most: nobody waits for long. */
const PORTION = 100

/**
 * Removes bodies that no entry has any more. It looks and removes within one transaction, so that no writer puts an entry in
 * front of a body that is just going. Returns false when there may be more.
 */
export function collectGarbage({ database, entries }: Tables, bodies: Bodies): boolean {
  const rows = database.prepare('select trust, sha from garbage limit ?').all(PORTION) as {
    trust: Trust
    sha: string
  }[]
  if (rows.length === 0) return true
  const done = database.prepare('delete from garbage where trust = ? and sha = ?')
  transact(database, () => {
    for (const { trust, sha } of rows) {
      if (!entries.hasBody(trust, sha)) bodies.remove(trust, sha)
      done.run(trust, sha)
    }
  })
  return rows.length < PORTION
}

/** Removes bodies that a process left behind which was killed between its rename and its row. Returns their number. */
export async function sweepOrphans(tables: () => Tables, bodies: Bodies, signal: AbortSignal): Promise<number> {
  const swept = { count: 0 }
  for (const { trust, shas } of bodies.list()) {
    await new Promise((resolve) => setImmediate(resolve))
    if (signal.aborted) break
    const { database, entries } = tables()
    if (shas.every((sha) => entries.hasBody(trust, sha))) continue
    transact(database, () => {
      for (const sha of shas) {
        if (entries.hasBody(trust, sha)) continue
        bodies.remove(trust, sha)
        swept.count += 1
      }
    })
  }
  return swept.count
}
