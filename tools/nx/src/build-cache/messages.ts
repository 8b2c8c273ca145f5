import type { Results } from './results.ts'
import type { Opened } from './relay.ts'
import type { Account } from './account.ts'

/** What a run needs to know; crosses to the relay's thread, and never into an environment. */
export type RunSettings = {
  readonly url: string
  readonly token: string
  readonly revision: string | undefined
  readonly proxies: Readonly<Record<string, string | undefined>>
  readonly mayWrite: boolean
  /** The token is to be exchanged first. */
  readonly isOfCi: boolean
  /** 1 in so many; 0: none. */
  readonly compare: number
  readonly reproducible: readonly string[]
}

export type Question =
  | { readonly kind: 'open'; readonly run: string; readonly settings: RunSettings }
  | { readonly kind: 'finish'; readonly run: string; readonly results: Results }

export type Request = { readonly number: number; readonly question: Question }

export type Reply =
  | { readonly number: number; readonly kind: 'opened'; readonly opened: Opened }
  | { readonly number: number; readonly kind: 'finished'; readonly account: Account | undefined }
  | { readonly number: number; readonly kind: 'failed'; readonly reason: string }
