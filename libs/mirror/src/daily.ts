import { createHash } from 'node:crypto'
import { Cron } from 'croner'

export type DailyOptions = {
  /** Local time, `HH:MM`. */
  readonly at: string
  /** Minutes over which machines spread their runs, so that upstream is not asked by all at once. */
  readonly jitter: number
  /** What tells this machine from others. */
  readonly seed: string
  readonly now: () => number
  /** When the last run began, or since when there is something to run; not later than now. Milliseconds since 1970. */
  last(): Promise<number>
  run(): Promise<void>
  onFault(error: unknown): void
}

export type Daily = { next(): number; stop(): void }

const MINUTE = 60_000

/**
 * Runs something every day. It is looked at every minute whether a run is due: one that was missed because the machine slept or was off happens
 * when it is on again.
 */
export function startDaily(options: DailyOptions): Daily {
  const { now } = options
  const look = async (): Promise<void> => {
    if (isDue(options, { now: now(), last: await options.last() })) await options.run()
  }
  const every = new Cron('* * * * *', { protect: true, unref: true, catch: (error) => options.onFault(error) }, look)
  return { next: () => nextRun(options, now()), stop: () => every.stop() }
}

export type When = Pick<DailyOptions, 'at' | 'jitter' | 'seed'>

/** Whether a run should have begun since the last one did. */
export function isDue(when: When, { now, last }: { now: number; last: number }): boolean {
  const delay = delayOf(when)
  const [latest] = patternOf(when).previousRuns(1, new Date(now - delay + 1))
  return latest !== undefined && last < latest.getTime() + delay
}

/** When the next run begins, as far as the clock goes on. */
export function nextRun(when: When, now: number): number {
  const delay = delayOf(when)
  const next = patternOf(when).nextRun(new Date(now - delay))
  return (next?.getTime() ?? now) + delay
}

function patternOf({ at }: When): Cron {
  const [hour, minute] = at.split(':').map(Number)
  return new Cron(`0 ${minute} ${hour} * * *`)
}

/** The same for a machine each day. */
function delayOf({ jitter, seed }: When): number {
  return jitter === 0 ? 0 : (createHash('sha256').update(seed).digest().readUInt32BE(0) % jitter) * MINUTE
}
