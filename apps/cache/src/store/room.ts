import type { Entries } from './entries.ts'
import type { Entry } from './entry.ts'
import { planEviction } from './evict.ts'
import { trustOf } from './pool.ts'
import type { Budget, Trust } from './pool.ts'

/** The part of the branches' pool that uploads of one branch may count for while they come: the others write too. */
const ONE_BRANCH = 0.5

/** Who has room for what: bytes that uploads under way count for, and entries that stay because somebody reads them. */
export class Room {
  readonly budget: Budget
  readonly #reserved = new Map<string, number>()
  readonly #held = new Map<string, number>()

  constructor(budget: Budget) {
    this.budget = budget
  }

  /**
   * Counts an upload for its scope until it is disposed of; undefined when the pool, or the part of it that one branch may use,
   * does not have so much. Nothing is evicted for it: that is for who has sent a whole and good body.
   */
  reserve(scope: string, bytes: number): Disposable | undefined {
    const trust = trustOf(scope)
    const all = [...this.#reserved].filter(([other]) => trustOf(other) === trust).reduce((sum, [, one]) => sum + one, 0)
    const own = this.#reserved.get(scope) ?? 0
    const most = trust === 'main' ? this.budget.main : this.budget.branch * ONE_BRANCH
    if (own + bytes > most || all + bytes > this.budget[trust]) return undefined
    add(this.#reserved, scope, bytes)
    return { [Symbol.dispose]: () => add(this.#reserved, scope, -bytes) }
  }

  /** Keeps an entry from being evicted while it is read. */
  hold(entry: Pick<Entry, 'trust' | 'sha'>): Disposable {
    const key = keyOf(entry)
    add(this.#held, key, 1)
    return { [Symbol.dispose]: () => add(this.#held, key, -1) }
  }

  /** The entries that have to go for so many bytes more; undefined when even all that may go are not enough. */
  plan(entries: Pick<Entries, 'oldest' | 'pool'>, trust: Trust, bytes: number): Entry[] | undefined {
    const most = this.budget[trust] - bytes
    return planEviction(entries, { trust, most, isHeld: (entry) => this.#held.has(keyOf(entry)) })
  }
}

/** What is back at nothing is forgotten. */
function add(counts: Map<string, number>, key: string, count: number): void {
  const sum = (counts.get(key) ?? 0) + count
  if (sum === 0) counts.delete(key)
  else counts.set(key, sum)
}

function keyOf({ trust, sha }: Pick<Entry, 'trust' | 'sha'>): string {
  return `${trust}/${sha}`
}
