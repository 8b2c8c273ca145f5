import { ageOf } from '@mochi/mirror'
import type { Holding, RunResult } from '@mochi/mirror'
import type { Keeper } from './keeper.ts'

export type Entry = {
  /** Milliseconds; undefined: it was never brought up to date. */
  readonly age: number | undefined
  readonly isStale: boolean
  readonly holding: Holding
  readonly last: RunResult | undefined
}

type Known = Omit<Entry, 'age' | 'isStale'> & { readonly success: number | undefined }

/** What the header, the page and the gauges say of each repository: seen when a run ends and once a minute, and told at no cost. */
export class Board {
  readonly #keeper: Keeper
  readonly #now: () => number
  readonly #known = new Map<string, Known>()

  constructor(keeper: Keeper, now: () => number) {
    this.#keeper = keeper
    this.#now = now
  }

  /** Of one source by its name, `git:NAME`. */
  entry(source: string): Entry {
    const { success, holding = { count: 0, bytes: 0 }, last } = this.#known.get(source) ?? {}
    return { ...ageOf(success, this.#now()), holding, last }
  }

  /** Looks at a source, or at all. */
  async refresh(only?: string): Promise<void> {
    const { mirrors, sources } = this.#keeper
    const now = this.#now()
    for (const { source, age, last } of await mirrors.ages()) {
      if (only !== undefined && source !== only) continue
      const holding = await sources.find(({ name }) => name === source)?.measure()
      const success = age === undefined ? undefined : now - age
      this.#known.set(source, { success, last, holding: holding ?? { count: 0, bytes: 0 } })
    }
  }
}
