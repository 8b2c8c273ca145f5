/** The middle of some measurements and how far they spread. */
export type Summary = { readonly median: number; readonly min: number; readonly max: number }

export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('Nothing was measured, so there is nothing to summarize.')
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? NaN
  if (!Number.isInteger(middle)) return upper
  return ((sorted[middle - 1] ?? NaN) + upper) / 2
}

export type Pair = { readonly ours: number; readonly other: number }

/**
 * Pair by pair, so that what slows the machine for a while slows both sides of a ratio. The median of the ratios is not
 * the ratio of the medians.
 */
export function ratios(pairs: readonly Pair[]): number[] {
  return pairs.map(({ ours, other }) => ours / other)
}

export function differences(pairs: readonly Pair[]): number[] {
  return pairs.map(({ ours, other }) => ours - other)
}
