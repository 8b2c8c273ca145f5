import type { HotFiles, OpenDraft } from '@mochi/files'
import type { ArchiveLimits } from '@mochi/build-cache'
import type { Authenticate } from './auth/authenticate.ts'
import type { GrantOf } from './auth/grants.ts'
import type { Store } from './store/store.ts'

/** What routes are made of. */
export type CacheContext = {
  readonly store: Store
  readonly hot: HotFiles
  readonly authenticate: Authenticate
  readonly grantOf: GrantOf
  /** Whether the token in an `Authorization` header is that of a CI; only of one that was authenticated. */
  readonly isOfCi: (header: string | undefined) => boolean
  /** Signs tokens. */
  readonly mintKey: string
  readonly now: () => number
  /** Bytes of one entry, packed. */
  readonly entryLimit: number
  readonly archiveLimits: ArchiveLimits
  readonly openDraft: OpenDraft
  readonly started: number
}
