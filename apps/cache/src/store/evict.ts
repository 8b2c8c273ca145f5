import type { Entries } from './entries.ts'
import type { Entry } from './entry.ts'
import type { Trust } from './pool.ts'

const PORTION = 100

export type EvictionWish = {
  readonly trust: Trust
  /** Bytes that may stay. */
  readonly most: number
  /** Whether somebody reads it just now. */
  readonly isHeld: (entry: Entry) => boolean
}

/** The least recently used entries of a trust that have to go; undefined when even all that may go are not enough. */
export function planEviction(
  entries: Pick<Entries, 'oldest' | 'pool'>,
  { trust, most, isHeld }: EvictionWish,
): Entry[] | undefined {
  const plan: Entry[] = []
  let left = entries.pool(trust).bytes
  for (let offset = 0; left > most; offset += PORTION) {
    const portion = entries.oldest(trust, PORTION, offset)
    if (portion.length === 0) return undefined
    for (const entry of portion) {
      if (left <= most) break
      if (isHeld(entry)) continue
      plan.push(entry)
      left -= entry.size
    }
  }
  return plan
}
