import { pageHeaders } from '@mochi/page'
import type { ServiceApp } from '@mochi/service'
import type { CacheContext } from '../context.ts'
import { renderPage } from '../page/render-page.ts'
import type { PageFacts } from '../page/render-page.ts'

/** Milliseconds for which one page is good enough for everybody: it is for anybody, and adds up all entries. */
const FRESH = 1_000

/** `GET /`: figures for people, without a token and without bodies. */
export function addPage(app: ServiceApp, context: CacheContext): void {
  const state = { at: -Infinity, page: '' }
  app.get('/', { schema: { hide: true } }, (_request, reply) => {
    if (context.now() - state.at >= FRESH) {
      state.page = renderPage(collectFacts(context))
      state.at = context.now()
    }
    return reply.headers(pageHeaders).send(state.page)
  })
}

function collectFacts({ store, now, started }: CacheContext): PageFacts {
  const { evicted, refused, pools } = store.counts()
  return {
    now: now(),
    started,
    evicted,
    refused,
    today: store.summary(1),
    week: store.summary(7),
    pools: [
      { name: 'Main', ...pools.main, budget: store.room.budget.main },
      { name: 'Branches', ...pools.branch, budget: store.room.budget.branch },
    ],
    refusals: store.refusals(20),
    flakes: store.flakes(undefined).slice(0, 50),
  }
}
