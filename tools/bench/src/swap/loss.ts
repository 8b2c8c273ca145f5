import type { Result } from '../comparison.ts'
import { addLoads } from './wrk.ts'
import type { Load } from './wrk.ts'

/** A restart that began so many milliseconds before the load's end is over while it still lasts. */
const MARGIN = 5000

export type RestartsUnderLoad = {
  /** At least so many requests, and just so many restarts. */
  readonly requests: number
  readonly restarts: number
  /** How long one load lasts, in seconds. */
  readonly seconds: number
  readonly load: (seconds: number) => Promise<Load>
  readonly restart: () => void
  /** Milliseconds, which only go forward. */
  readonly now: () => number
}

/** Loads again and again, and restarts as long as a load lasts, until there were enough of both. */
export async function loadThroughRestarts(options: RestartsUnderLoad): Promise<Load> {
  const { load, restart, now } = options
  const loads: Load[] = []
  let restarts = 0
  while (restarts < options.restarts || addLoads(loads).requests < options.requests) {
    const loading = load(options.seconds)
    const end = now() + options.seconds * 1000 - MARGIN
    for (; restarts < options.restarts && now() < end; restarts++) restart()
    loads.push(await loading)
  }
  return addLoads(loads)
}

/** The loss is what is asked for; its price is the time of a request beside one of a quiet run. */
export function describeLoss({ failed, requests, latency }: Load, quiet: Load, restarts: number): Result {
  return {
    what: `a request, while hello is restarted ${restarts} times`,
    labels: { ours: 'wrk, while hello is restarted', other: 'wrk' },
    pairs: [{ ours: latency, other: quiet.latency }],
    note: `**${failed.toLocaleString('en')} of ${requests.toLocaleString('en')} requests failed**, through ${restarts} restarts. Half of the 64 clients bring a new connection for each request.`,
  }
}
