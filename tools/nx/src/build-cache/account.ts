import type { Fault } from './fault.ts'

/** What the cache did in a run. */
export type Account = {
  readonly hits: number
  readonly misses: number
  /** Shared hits that were built again and compared. */
  readonly compared: number
  readonly stored: number
  /** Bytes that came and that were stored. */
  readonly bytes: { readonly received: number; readonly sent: number }
  readonly lostMs: number
  readonly fault: Fault | undefined
  readonly differences: readonly Difference[]
}

/** A target of which the same inputs gave other outputs. */
export type Difference = {
  readonly task: string
  readonly hash: string
  readonly stored: { readonly contents: string; readonly writer: string; readonly written: string }
  readonly built: { readonly contents: string }
}
