import { createMirrorRoutes } from '@mochi/mirror'
import type { IncomingMessage } from 'node:http'
import { NeedsWriter } from '../mirror/needs-writer.ts'
import type { Sync } from '../sync/sync.ts'
import type { Route } from './route.ts'

export type MirrorRoutesParts = {
  readonly sync: Sync
  readonly mayWrite: () => boolean
  /** Whether who asks may start runs, acknowledge and prune. */
  readonly mayChange: (request: IncomingMessage) => boolean
}

/** What `mochi mirror` asks, of the process that writes alone. */
export function createMirror({ sync, mayWrite, mayChange }: MirrorRoutesParts): Route[] {
  const { mirrors, stopping } = sync
  return createMirrorRoutes({ mirrors, mayChange, stopping }).map((route) => ({
    method: route.method,
    path: new RegExp(`^${RegExp.escape(route.path)}$`),
    answer: async ({ request, response, query }) => {
      if (!mayWrite()) throw new NeedsWriter()
      await sync.track(route.answer(request, response, query))
    },
  }))
}
