/** The time as the relay takes it. The global `setTimeout` and `performance.now` fit it, and so does a test's clock. */
export type Clock = {
  /** Milliseconds since some moment; never jumps. */
  monotonic(): number
  setTimeout(callback: () => void, ms: number): Disposable
}

/** The time that a run has lost by its cache, of which moments that several requests lose together count once. */
export type Losses = {
  readonly total: number
  /** The total if everything that is waited for now were lost up to this moment: nothing that is lost later is a surprise. */
  totalAt(now: number): number
  /** A request is waited for from now on, until this is disposed. */
  wait(from: number): Disposable
  /** The time between two moments is lost; nothing when the second is not later. */
  add(from: number, until: number): void
}

type Interval = { readonly from: number; readonly until: number }

export function createLosses(): Losses {
  let lost: Interval[] = []
  const waits = new Set<{ readonly from: number }>()
  return {
    get total() {
      return sum(lost)
    },
    totalAt: (until) => sum([...waits].reduce((all, { from }) => merge(all, { from, until }), lost)),
    wait: (from) => {
      const wait = { from }
      waits.add(wait)
      return { [Symbol.dispose]: () => void waits.delete(wait) }
    },
    add: (from, until) => {
      if (until > from) lost = merge(lost, { from, until })
    },
  }
}

function sum(intervals: readonly Interval[]): number {
  return intervals.reduce((all, { from, until }) => all + until - from, 0)
}

function merge(intervals: readonly Interval[], added: Interval): Interval[] {
  const meets = ({ from, until }: Interval): boolean => from <= added.until && until >= added.from
  const met = [added, ...intervals.filter(meets)]
  const from = Math.min(...met.map((interval) => interval.from))
  const until = Math.max(...met.map((interval) => interval.until))
  return [...intervals.filter((interval) => !meets(interval)), { from, until }]
}
