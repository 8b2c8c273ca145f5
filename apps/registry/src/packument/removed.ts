import { parseInstant } from '../policy/instant.ts'
import type { Packument } from './packument.ts'
import { emptyRecord } from './record.ts'

/** A version that upstream had and has no more. Times are milliseconds since 1970. */
export type Removed = {
  /** When upstream last had it, and by when it was gone. */
  readonly last: number
  readonly by: number
  /** A security placeholder stands where the package was. */
  readonly isReplaced?: true
}

export type RemovedVersions = Readonly<Record<string, Removed>>

const QUICK = 30 * 86_400_000

/**
 * Whether upstream took a version back because of what is in it, as far as it can be told: within 30 days of its publication, or with a placeholder in the
 * place of its package. What nobody knows the date of counts as young.
 */
export function isQuarantined({ last, isReplaced }: Removed, published: string | undefined): boolean {
  const time = parseInstant(published ?? '')
  return isReplaced === true || time === undefined || last - time < QUICK
}

/** What upstream has removed of a packument of ours, which says so in its brief form. */
export function removedOf(packument: Packument): RemovedVersions {
  const removed = emptyRecord<Removed>()
  const stored = packument['removed']
  if (typeof stored !== 'object' || stored === null) return removed
  for (const [version, each] of Object.entries(stored as RemovedVersions)) removed[version] = each
  return removed
}
