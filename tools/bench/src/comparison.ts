import type { Pair } from './statistics.ts'

/** One side of a comparison. `measure` does it once, from fresh, and gives the milliseconds that count. */
export type Side = {
  /** What is run, as a reader would type it. */
  readonly label: string
  readonly measure: () => number | Promise<number>
}

/** What may be at most how much: our time, our time more than the other's, or our time as a multiple of the other's. */
export type Goal = { readonly of: 'time' | 'difference' | 'ratio'; readonly most: number }

export type Comparison = {
  readonly what: string
  readonly ours: Side
  readonly other: Side
  /** How many pairs count. */
  readonly pairs: number
  /** How many pairs go before, to warm caches, and do not count. Default: 1. */
  readonly warmUps?: number
  readonly goal?: Goal
  /** What a reader must know to judge the figure. */
  readonly note?: string
}

/** What was measured. */
export type Result = {
  readonly what: string
  readonly labels: { readonly ours: string; readonly other: string }
  readonly pairs: readonly Pair[]
  readonly goal?: Goal
  readonly note?: string
}

/**
 * Measures both sides in turn and alternates which goes first, so that neither always finds the machine as the other
 * left it.
 */
export async function compare(comparison: Comparison): Promise<Result> {
  const { what, ours, other, pairs: count, warmUps = 1, goal, note } = comparison
  const pairs: Pair[] = []
  for (let round = -warmUps; round < count; round++) {
    const pair = await measurePair(ours, other, round % 2 === 0)
    if (round >= 0) pairs.push(pair)
  }
  return {
    what,
    labels: { ours: ours.label, other: other.label },
    pairs,
    ...(goal === undefined ? {} : { goal }),
    ...(note === undefined ? {} : { note }),
  }
}

async function measurePair(ours: Side, other: Side, oursFirst: boolean): Promise<Pair> {
  if (oursFirst) return { ours: await ours.measure(), other: await other.measure() }
  const time = await other.measure()
  return { ours: await ours.measure(), other: time }
}
