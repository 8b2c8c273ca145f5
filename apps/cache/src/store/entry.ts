import type { Trust } from './pool.ts'

/** What is known of one entry. Times are milliseconds since 1970. */
export type Entry = {
  readonly scope: string
  readonly hash: string
  readonly trust: Trust
  /** Hex SHA-256 of the body, and its length. */
  readonly sha: string
  readonly size: number
  /** Hex SHA-256 of the outputs in it. */
  readonly contents: string
  readonly writer: string
  readonly revision: string | null
  readonly written: number
  /** As `foo:build`, and how long it took to build; null until its writer has said so. */
  readonly task: string | null
  readonly ms: number | null
  readonly hits: number
  readonly used: number
}

/** Why something is not there. */
export type Absence = {
  readonly at: number
  readonly scope: string
  readonly hash: string
  readonly kind: 'evicted' | 'purged' | 'refused' | 'damaged'
  readonly reason: string
  readonly writer: string
}
