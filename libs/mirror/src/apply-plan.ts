import { setTimeout as wait } from 'node:timers/promises'
import pLimit from 'p-limit'
import { Final } from './source.ts'
import type { NewFinding, Plan, PlanItem, Source } from './source.ts'
import type { Fault, Progress, RunResult } from './status.ts'

export type ApplyOptions = {
  readonly signal: AbortSignal
  readonly now: () => number
  /** Milliseconds between the attempts for one item: as many more attempts are made. */
  readonly pauses?: readonly number[]
  onProgress(progress: Progress): void
  onFailed(fault: Fault): void
  onFound(finding: NewFinding): Promise<void>
}

const PAUSES = [500, 2_000]
/** Faults that a result names one by one. */
const MOST_FAULTS = 20

/** Does what stands in a plan: every item once, or tried until it cannot be done. An item that failed ends no other. */
export async function applyPlan(source: Source, plan: Plan, options: ApplyOptions): Promise<RunResult> {
  const started = options.now()
  const count = { done: 0, fetched: 0, bytes: 0, failed: 0 }
  const faults: Fault[] = []
  const fail = (fault: Fault): void => {
    count.failed += 1
    if (faults.length < MOST_FAULTS) faults.push(fault)
    options.onFailed(fault)
  }
  const tell = (): void => {
    const { done, fetched, bytes } = count
    options.onProgress({
      ...{ source: source.name, done, of: plan.items.length },
      ...{ fetched, bytes, elapsed: options.now() - started },
    })
  }
  const isEnded = (): boolean => options.signal.aborted
  const work = async (item: PlanItem): Promise<void> => {
    if (isEnded()) return
    const onBytes = (bytes: number): void => {
      count.bytes += bytes
      tell()
    }
    try {
      const { signal } = options
      const { fetched, findings = [], onNoted } = await attempt(() => source.apply(item, { signal, onBytes }), options)
      for (const finding of findings) await options.onFound(finding)
      await onNoted?.()
      count.fetched += fetched
      count.done += 1
      tell()
    } catch (error) {
      if (!isEnded()) fail({ what: item.id, reason: (error as Error).message })
    }
  }
  for (const { what, reason } of plan.unobtainable) fail({ what, reason })
  const limit = pLimit(source.atOnce)
  await Promise.all(plan.items.map((item) => limit(() => work(item))))
  if (isEnded()) fail({ what: source.name, reason: 'the run was ended before it was through' })
  return { source: source.name, started, ended: options.now(), of: plan.items.length, ...count, faults }
}

/** Tries again what failed, after each pause; not what is final, nor after the end of the run. */
export async function attempt<Value>(
  work: () => Promise<Value>,
  { signal, pauses = PAUSES }: Pick<ApplyOptions, 'signal' | 'pauses'>,
): Promise<Value> {
  for (const pause of pauses) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Final || signal.aborted) throw error
      // Half of it by chance: whoever failed at the same time does not come again at the same time.
      await wait(pause * (0.5 + Math.random() / 2), undefined, { signal })
    }
  }
  return work()
}
