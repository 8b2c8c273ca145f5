import { applyPlan, attempt } from './apply-plan.ts'
import type { ApplyOptions } from './apply-plan.ts'
import { errors } from './errors.ts'
import type { NewFinding, Source } from './source.ts'
import { StateFile } from './state.ts'
import type { State } from './state.ts'
import { ageOf, isLeftOpen, openOf } from './status.ts'
import type {
  Acknowledged,
  Finding,
  MirrorStatus,
  Progress,
  RunResult,
  SourceAge,
  SourcePlan,
  SourcePrunePlan,
  SyncEvent,
} from './status.ts'

export type MirrorsOptions = {
  /** Where it is remembered how runs ended and what was found. */
  readonly file: string
  /** Those that there are now: a list may be another one tomorrow. */
  readonly sources: () => readonly Source[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** When the next daily run is due. */
  readonly next?: () => number | undefined
  readonly pauses?: ApplyOptions['pauses']
  /** Told how the run of a source has ended, once that is remembered. */
  readonly onResult?: (result: RunResult) => void
  /** Taken for a run, and given back after it: undefined while another process over the same file has it. */
  readonly hold?: () => Disposable | undefined
}

export type SyncOptions = {
  /** Names of sources; none: all. */
  readonly only: readonly string[]
  readonly signal: AbortSignal
  readonly isDaily?: boolean
  onEvent(event: SyncEvent): void
}

/** Findings that are remembered, the oldest that are settled are forgotten first. */
const MOST_FINDINGS = 1_000

/** Mirrors of one service: one run at a time, what it has brought, and what somebody should look at. */
export class Mirrors {
  readonly #options: MirrorsOptions
  readonly #state: StateFile
  #running: Progress | undefined
  #isBusy = false

  constructor(options: MirrorsOptions) {
    this.#options = options
    this.#state = new StateFile(options.file, options.now)
  }

  async status(): Promise<MirrorStatus> {
    const { sources, next } = this.#options
    const measured = await Promise.all(sources().map((source) => source.measure()))
    const ages = await this.ages()
    return {
      sources: ages.flatMap((age, index) => {
        const holding = measured[index]
        return holding === undefined ? [] : [{ ...age, holding }]
      }),
      findings: await this.findings(),
      running: this.#running,
      next: next?.(),
    }
  }

  /** How old each source is, and how its last run ended: what can be said without measuring it. */
  async ages(): Promise<SourceAge[]> {
    const { sources, now } = this.#options
    const state = await this.#state.read()
    return sources().map(({ name }) => {
      const { last, success } = state.sources[name] ?? {}
      return { source: name, ...ageOf(success, now()), last }
    })
  }

  /** Those that nobody has acknowledged come first, then the newest. */
  async findings(): Promise<readonly Finding[]> {
    return (await this.#state.read()).findings.toSorted(compareFindings)
  }

  /** What a run would do. Changes nothing. Throws MIRROR_NO_SOURCE. */
  async plan(only: readonly string[], signal: AbortSignal): Promise<SourcePlan[]> {
    return Promise.all(
      this.#choose(only).map(async (source) => {
        try {
          return { source: source.name, plan: await source.plan(signal) }
        } catch (error) {
          return { source: source.name, fault: (error as Error).message }
        }
      }),
    )
  }

  /** Brings sources up to date, one after the other. Throws MIRROR_NO_SOURCE, and MIRROR_BUSY while another run goes on. */
  async sync({ only, isDaily = false, ...run }: SyncOptions): Promise<readonly RunResult[]> {
    const chosen = this.#choose(only)
    return this.#alone(async () => {
      const daily = this.#options.now()
      if (isDaily) await this.#state.change((state) => ({ ...state, daily }))
      const results: RunResult[] = []
      for (const source of chosen) results.push(await this.#bringUpToDate(source, run))
      const { findings } = await this.#state.read()
      run.onEvent({ is: 'ended', results, open: openOf(findings) })
      return results
    })
  }

  /** Remembers what was found, once. */
  async note(source: string, finding: NewFinding): Promise<Finding | undefined> {
    const found = this.#options.now()
    let noted: Finding | undefined
    await this.#state.change((state) => {
      if (state.findings.some(({ id }) => id === finding.id)) return state
      noted = { ...finding, source, found }
      return { ...state, findings: forget([...state.findings, noted]) }
    })
    return noted
  }

  /** Settles findings, by their ids; none: all that are open. Gives those that were. Throws MIRROR_NO_FINDING. */
  async acknowledge(ids: readonly string[], { by, reason }: Omit<Acknowledged, 'at'>): Promise<Finding[]> {
    const acknowledged = { at: this.#options.now(), by, reason }
    const settled: Finding[] = []
    const isMeant = (finding: Finding): boolean => isLeftOpen(finding) && (ids.length === 0 || ids.includes(finding.id))
    const { findings } = await this.#state.read()
    const unknown = ids.find((id) => !findings.some((finding) => finding.id === id))
    if (unknown !== undefined) throw errors.MIRROR_NO_FINDING({ id: unknown })
    await this.#state.change((state) => ({
      ...state,
      findings: state.findings.map((finding) => {
        if (!isMeant(finding)) return finding
        settled.push({ ...finding, acknowledged })
        return { ...finding, acknowledged }
      }),
    }))
    return settled
  }

  async planPrune(): Promise<SourcePrunePlan[]> {
    const able = this.#options.sources().flatMap(({ name, prune }) => (prune === undefined ? [] : [{ name, prune }]))
    return Promise.all(able.map(async ({ name, prune }) => ({ source: name, plan: await prune.plan() })))
  }

  /** Removes what nobody wants. Throws MIRROR_BUSY. */
  async prune(): Promise<SourcePrunePlan[]> {
    return this.#alone(async () => {
      const plans = await this.planPrune()
      for (const { source, plan } of plans)
        await this.#options
          .sources()
          .find(({ name }) => name === source)
          ?.prune?.apply(plan)
      return plans
    })
  }

  /** When the last daily run began, or since when there is a mirror; never later than now, also when the clock went back since. */
  async lastDaily(): Promise<number> {
    const now = this.#options.now()
    const { daily, since } = await this.#state.read()
    if ((daily ?? since) > now) await this.#state.change((state) => ({ ...state, daily: now }))
    return Math.min(daily ?? since, now)
  }

  async #bringUpToDate(source: Source, run: Omit<SyncOptions, 'only'>): Promise<RunResult> {
    const { now, pauses } = this.#options
    const { name } = source
    const started = now()
    const result = await this.#run(source, run, { now, ...(pauses && { pauses }) }).catch((error: unknown) => {
      const fault = { what: name, reason: (error as Error).message }
      run.onEvent({ is: 'failed', source: name, fault })
      const none = { done: 0, of: 0, fetched: 0, bytes: 0 }
      return { source: name, started, ended: now(), ...none, faults: [fault], failed: 1 }
    })
    await this.#state.change((state) => ({ ...state, sources: { ...state.sources, [name]: remember(state, result) } }))
    this.#options.onResult?.(result)
    return result
  }

  async #run(source: Source, run: Omit<SyncOptions, 'only'>, how: Pick<ApplyOptions, 'now' | 'pauses'>) {
    const { signal, onEvent } = run
    const { name } = source
    const plan = await attempt(() => source.plan(signal), { ...how, signal })
    onEvent({ is: 'planned', source: name, plan })
    return applyPlan(source, plan, {
      ...how,
      signal,
      onProgress: (progress) => {
        this.#running = progress
        onEvent({ is: 'progress', ...progress })
      },
      onFailed: (fault) => onEvent({ is: 'failed', source: name, fault }),
      onFound: async (finding) => {
        const noted = await this.note(name, finding)
        if (noted !== undefined) onEvent({ is: 'found', finding: noted })
      },
    })
  }

  async #alone<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#isBusy) throw errors.MIRROR_BUSY({ running: this.#running })
    const { hold = () => ({ [Symbol.dispose]: () => undefined }) } = this.#options
    using held = hold()
    if (held === undefined) throw errors.MIRROR_BUSY({ running: undefined })
    this.#isBusy = true
    try {
      return await work()
    } finally {
      this.#isBusy = false
      this.#running = undefined
    }
  }

  #choose(only: readonly string[]): readonly Source[] {
    const all = this.#options.sources()
    const names = all.map(({ name }) => name)
    const unknown = only.find((name) => !names.includes(name))
    if (unknown !== undefined) throw errors.MIRROR_NO_SOURCE({ name: unknown, names })
    return only.length === 0 ? all : all.filter(({ name }) => only.includes(name))
  }
}

function remember({ sources }: State, last: RunResult): State['sources'][string] {
  const success = last.failed === 0 ? last.started : sources[last.source]?.success
  return { last: { ...last, faults: [...last.faults] }, ...(success === undefined ? {} : { success }) }
}

/** Nothing that waits for somebody is forgotten. */
function forget(findings: readonly Finding[]): Finding[] {
  const settled = findings.filter((finding) => !isLeftOpen(finding))
  const most = Math.max(0, MOST_FINDINGS - (findings.length - settled.length))
  const dropped = new Set(settled.slice(0, Math.max(0, settled.length - most)))
  return findings.filter((finding) => !dropped.has(finding))
}

function compareFindings(first: Finding, second: Finding): number {
  return Number(isLeftOpen(second)) - Number(isLeftOpen(first)) || second.found - first.found
}
