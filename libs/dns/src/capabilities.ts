import { randomInt } from 'node:crypto'

/** The time as the client takes it. */
export type Clock = {
  /** Milliseconds since 1970: signatures carry it. */
  now(): number
  /** Milliseconds since some moment; never jumps: ages and deadlines. */
  monotonic(): number
  setTimeout(callback: () => void, ms: number): Disposable
}

/** A whole number from 0 up to but not `limit`, which nobody can guess: ids and the case of letters are made of it. */
export type RandomInteger = (limit: number) => number

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
}

export const systemRandom: RandomInteger = (limit) => randomInt(limit)

export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      timer[Symbol.dispose]()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
  })
}

/** A signal that is aborted after `ms`, or with `outer`. */
export function deadline(clock: Clock, ms: number, outer?: AbortSignal): { signal: AbortSignal } & Disposable {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = clock.setTimeout(abort, ms)
  outer?.addEventListener('abort', abort, { once: true })
  if (outer?.aborted === true) abort()
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      timer[Symbol.dispose]()
      outer?.removeEventListener('abort', abort)
    },
  }
}
