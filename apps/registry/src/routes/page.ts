import { pageHeaders } from '@mochi/page'
import type { Journal } from '../journal.ts'
import { NeedsWriter } from '../mirror/needs-writer.ts'
import type { Holdings } from '../page/holdings.ts'
import { renderPage } from '../page/render-page.ts'
import type { PolicySettings } from '../policy/settings.ts'
import type { Sync } from '../sync/sync.ts'
import { FAULT_REASONS } from '../uplink/uplink-fault.ts'
import { readInstaller } from './install.ts'
import type { Route } from './route.ts'

export type PageParts = {
  readonly journal: Journal
  readonly holdings: () => Promise<Holdings>
  readonly policy: PolicySettings
  readonly uplink: string | undefined
  readonly showsOwn: boolean
  readonly now: () => number
  readonly sync: Pick<Sync, 'mirrors'>
  readonly mayWrite: () => boolean
}

/** `GET /`: the registry for people, without a token. */
export function createPage(parts: PageParts): Route {
  const { journal, holdings, policy, uplink, showsOwn, now, sync, mayWrite } = parts
  return {
    method: 'GET',
    path: /^\/$/,
    answer: async ({ response }) => {
      if (!mayWrite()) throw new NeedsWriter()
      const faults = FAULT_REASONS.map((reason) => [reason, journal.faultsBy(reason)] as const)
      const page = renderPage({
        now: now(),
        started: journal.started,
        holdings: await holdings(),
        ...{ policy, showsOwn },
        refusals: journal.latestRefusals(),
        uplink: { address: uplink, ...journal.uplink, faults: faults.filter(([, times]) => times > 0) },
        mirror: await sync.mirrors.status(),
        installer: (await readInstaller())?.sha256,
      })
      response.writeHead(200, { ...pageHeaders, 'content-length': Buffer.byteLength(page) })
      response.end(page)
    },
  }
}
