import { DEADLINE } from './drain.ts'
import type { DrainOptions } from './drain.ts'
import type { Side } from './side.ts'

/** What is to happen first when a service stops. With a successor on the same sockets it stays in its cluster. */
export type StopHook = (stop: { readonly hasSuccessor: boolean }) => unknown

export type StopOptions = DrainOptions & {
  hasSuccessor?: boolean | undefined
  /** Milliseconds that the service's own `onClose` hooks have at least, when the requests have used up the deadline. */
  closeGrace?: number | undefined
}

export type StopResult = {
  /** How many connections were still open at the deadline and have been cut. */
  cut: number
  /** False when a hook had failed or not ended in time: what it was to put away may be lost. */
  isClosed: boolean
}

export type Stopping = {
  /** Aborts at the beginning of the stop. */
  readonly signal: AbortSignal
  add(hook: StopHook): void
  stop(options?: StopOptions): Promise<StopResult>
}

/**
 * The stop of a service: everybody is told, the hooks run while it still answers, for half of the deadline at most, then both sides
 * drain together, and what is left of the time is for the `onClose` hooks.
 */
export function createStopping(sides: readonly Side[]): Stopping {
  const controller = new AbortController()
  const hooks: StopHook[] = []
  const endsWithin = async (patience: number, work: readonly PromiseLike<unknown>[]): Promise<boolean> => {
    const settled = Promise.allSettled(work)
    const results = await within(patience, settled)
    const faults = results?.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    for (const err of faults ?? []) sides[0]?.app.log.error({ err }, 'a hook of the stop failed')
    return faults?.length === 0
  }
  const stop = async (options: StopOptions = {}): Promise<StopResult> => {
    const { hasSuccessor = false, closeGrace = 1_000, idleGrace, deadline = DEADLINE } = options
    const end = performance.now() + deadline
    const left = () => Math.max(0, end - performance.now())
    for (const { drain } of sides) drain.announce()
    controller.abort()
    const told = hooks.map((hook) => Promise.resolve({ hasSuccessor }).then(hook))
    const isTold = hooks.length === 0 || (await endsWithin(deadline / 2, told))
    const cuts = await Promise.all(sides.map(({ drain }) => drain.stop({ idleGrace, deadline: left() })))
    const closed = sides.map(({ app }) => app.close())
    const isClosed = await endsWithin(Math.max(left(), closeGrace), closed)
    return { cut: cuts.reduce((sum, count) => sum + count, 0), isClosed: isTold && isClosed }
  }
  return { signal: controller.signal, add: (hook) => hooks.push(hook), stop }
}

/** Undefined when it has not ended in that many milliseconds. */
async function within<T>(patience: number, work: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), patience)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
