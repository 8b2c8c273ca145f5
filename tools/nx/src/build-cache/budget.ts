/** The time as the relay takes it. The global `setTimeout` and `performance.now` fit it, and so does a test's clock. */
export type Clock = {
  /** Milliseconds since some moment; never jumps. */
  monotonic(): number
  setTimeout(callback: () => void, ms: number): Disposable
}

/** The time that a run may lose by its cache, of which moments that several requests lose together count once. */
export type Budget = {
  readonly spent: number
  readonly remaining: number
  /** Takes away the time between two moments of the clock; nothing when the second is not later. */
  spend(from: number, until: number): void
}

type Interval = { readonly from: number; readonly until: number }

/** `total` in milliseconds. */
export function createBudget(total: number): Budget {
  let lost: Interval[] = []
  const spent = (): number => lost.reduce((sum, { from, until }) => sum + until - from, 0)
  return {
    get spent() {
      return spent()
    },
    get remaining() {
      return Math.max(0, total - spent())
    },
    spend(from, until) {
      if (until > from) lost = merge(lost, { from, until })
    },
  }
}

function merge(intervals: readonly Interval[], added: Interval): Interval[] {
  const meets = ({ from, until }: Interval): boolean => from <= added.until && until >= added.from
  const met = [added, ...intervals.filter(meets)]
  const from = Math.min(...met.map((interval) => interval.from))
  const until = Math.max(...met.map((interval) => interval.until))
  return [...intervals.filter((interval) => !meets(interval)), { from, until }]
}
