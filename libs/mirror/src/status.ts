import type { Holding, NewFinding, Plan, PrunePlan } from './source.ts'

/** Times are milliseconds since 1970. */
export type Finding = NewFinding & {
  readonly source: string
  readonly found: number
  readonly acknowledged?: Acknowledged
}

export type Acknowledged = { readonly at: number; readonly by: string; readonly reason: string }

/** How a run of one source ended. */
export type RunResult = {
  readonly source: string
  readonly started: number
  readonly ended: number
  /** Items that were done, of so many. */
  readonly done: number
  readonly of: number
  readonly fetched: number
  readonly bytes: number
  /** The first of them; `failed` counts all. */
  readonly faults: readonly Fault[]
  readonly failed: number
}

export type Fault = { readonly what: string; readonly reason: string }

export type SourceStatus = SourceAge & { readonly holding: Holding }

export type SourceAge = {
  readonly source: string
  /** Milliseconds since everything of it was last brought up to date; undefined: never. */
  readonly age: number | undefined
  /** Older than 26 hours, or never brought up to date. */
  readonly isStale: boolean
  readonly last: RunResult | undefined
}

export type MirrorStatus = {
  readonly sources: readonly SourceStatus[]
  /** Those that nobody has acknowledged come first, then the newest. */
  readonly findings: readonly Finding[]
  readonly running: Progress | undefined
  /** When the next daily run is due; undefined where there are none. */
  readonly next: number | undefined
}

export type Progress = {
  readonly source: string
  readonly done: number
  readonly of: number
  readonly fetched: number
  readonly bytes: number
  /** Milliseconds since the start of the run. */
  readonly elapsed: number
}

/** What a run tells while it goes on, a line of JSON each; `ended` is the last. */
export type SyncEvent =
  | { readonly is: 'planned'; readonly source: string; readonly plan: Plan }
  | ({ readonly is: 'progress' } & Progress)
  | { readonly is: 'failed'; readonly source: string; readonly fault: Fault }
  | { readonly is: 'found'; readonly finding: Finding }
  | { readonly is: 'ended'; readonly results: readonly RunResult[]; readonly open: number }

export type SourcePlan =
  { readonly source: string; readonly plan: Plan } | { readonly source: string; readonly fault: string }

export type SourcePrunePlan = { readonly source: string; readonly plan: PrunePlan }

/** Daily runs that are jittered, and a missed one that is made up for, are younger than this. */
const STALE = 26 * 3_600_000

/** How old something is, and whether that is too old. A clock that went back makes nothing younger than now. */
export function ageOf(success: number | undefined, now: number): { age: number | undefined; isStale: boolean } {
  if (success === undefined) return { age: undefined, isStale: true }
  const age = Math.max(0, now - success)
  return { age, isStale: age > STALE }
}

/** What is left to be acknowledged. */
export function openOf(findings: readonly Finding[]): number {
  return findings.filter(isLeftOpen).length
}

export function isLeftOpen({ isOpen, acknowledged }: Finding): boolean {
  return isOpen && acknowledged === undefined
}
