import type { Clock } from './budget.ts'
import { CacheFault } from './fault.ts'
import type { Sending } from './upstream.ts'

export type Limits = {
  readonly clock: Clock
  /** How long the whole of it may take. */
  readonly ms: number
  /** Ends it with its reason. */
  readonly signal: AbortSignal
  /** Less than an answer may need: that none came within it says nothing of the cache. */
  readonly isShort?: boolean
}

/**
 * Resolves with the answer; with undefined when the time is over and some of an archive has come: then this one is too
 * large for the way here, and the cache is well. Rejects with a fault when nothing came, and when the signal is aborted.
 */
export async function sendWithin<Answer>(
  { clock, ms, signal, isShort = false }: Limits,
  send: (sending: Sending) => Promise<Answer>,
): Promise<Answer | undefined> {
  const over = new AbortController()
  const late = Promise.withResolvers<undefined>()
  let hasMoved = isShort
  using _timer = clock.setTimeout(() => {
    if (hasMoved) late.resolve(undefined)
    else late.reject(new CacheFault(`no whole answer within ${Math.round(ms)} ms`))
  }, ms)
  const stop = (): void => late.reject(signal.reason as Error)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const answer = send({ signal: over.signal, onProgress: () => void (hasMoved = true) })
    // What is given up is aborted, and no other: the connection of an answer is used again.
    return await Promise.race([answer, late.promise.finally(() => over.abort())])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
