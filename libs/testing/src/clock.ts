import { setImmediate as nextTurn } from 'node:timers/promises'

/** A running timer. A `NodeJS.Timeout` is one too. Disposing it cancels it. */
export type Timer = Disposable & { unref(): unknown }

/** The time as code under test takes it. The global functions and `performance.now` fit it. */
export type Clock = {
  /** Wall clock in milliseconds since 1970; can jump. */
  now(): number
  /** Milliseconds since some moment; never jumps. */
  monotonic(): number
  setTimeout(callback: () => void, ms: number): Timer
  setInterval(callback: () => void, ms: number): Timer
  /** Rejects with the signal's reason when it is aborted before. */
  sleep(ms: number, options?: { signal?: AbortSignal }): Promise<void>
}

/** A clock that stands still until the test moves it. */
export type TestClock = Clock & {
  /**
   * Lets `ms` milliseconds pass: fires what falls due in the order of its time, then of its creation, and lets all
   * promises settle before and after each. Timers made meanwhile fire too when they fall within.
   */
  advance(ms: number): Promise<void>
  /** Sets the wall clock off by `ms`, back or forth, as an operator or NTP does. No timer notices. */
  jump(ms: number): void
  /** How many timers are waiting: a test that ends with one has found a leak. */
  readonly pending: number
}

type Waiting = { due: number; order: number; fire: () => void }

/** Starts at the wall time `start`, in milliseconds since 1970, and at the monotonic time 0. */
export function createClock(start = Date.parse('2026-01-01T00:00:00Z')): TestClock {
  const waiting = new Set<Waiting>()
  let elapsed = 0
  let offset = start
  let made = 0

  const add = (ms: number, callback: () => void, every?: number): Timer => {
    const entry: Waiting = {
      due: elapsed + atLeastOne(ms),
      order: made++,
      fire: () => {
        if (every === undefined) waiting.delete(entry)
        else entry.due += atLeastOne(every)
        callback()
      },
    }
    waiting.add(entry)
    return { unref: () => undefined, [Symbol.dispose]: () => void waiting.delete(entry) }
  }

  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    setTimeout: (callback, ms) => add(ms, callback),
    setInterval: (callback, ms) => add(ms, callback, ms),
    sleep: (ms, options = {}) => sleep((callback) => add(ms, callback), options.signal),
    advance: async (ms) => {
      if (!(ms >= 0))
        throw new RangeError(`A clock advances by 0 or more milliseconds, not by ${ms}; jump moves it back.`)
      const end = elapsed + ms
      await nextTurn()
      for (let next = earliest(waiting, end); next !== undefined; next = earliest(waiting, end)) {
        elapsed = next.due
        next.fire()
        await nextTurn()
      }
      elapsed = end
    },
    jump: (ms) => void (offset += ms),
    get pending() {
      return waiting.size
    },
  }
}

function sleep(start: (callback: () => void) => Timer, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = () => {
      timer[Symbol.dispose]()
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason is the caller's, whatever it is
      reject(signal?.reason)
    }
    const timer = start(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** As Node does: a delay under a millisecond, or one that is no number, is one millisecond. An interval so always ends. */
function atLeastOne(ms: number): number {
  return ms >= 1 ? ms : 1
}

function earliest(waiting: ReadonlySet<Waiting>, end: number): Waiting | undefined {
  let found: Waiting | undefined
  for (const entry of waiting) {
    if (entry.due > end) continue
    if (found === undefined || entry.due < found.due || (entry.due === found.due && entry.order < found.order))
      found = entry
  }
  return found
}
