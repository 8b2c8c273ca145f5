import { createMirrorRoutes } from '@mochi/mirror'
import type { Mirrors } from '@mochi/mirror'
import { isFromHere } from '@mochi/service'
import type { ServiceApp } from '@mochi/service'

/** What `mochi mirror` asks. Runs are started, and findings settled, from this machine alone. */
export function addMirrorRoutes(app: ServiceApp, mirrors: Mirrors, stopping: AbortSignal): void {
  for (const route of createMirrorRoutes({ mirrors, mayChange: isFromHere, stopping }))
    app.route({
      method: route.method,
      url: route.path,
      schema: { hide: true },
      handler: async (request, reply) => {
        reply.hijack()
        const { searchParams } = new URL(request.raw.url ?? '', 'http://mirror')
        await route.answer(request.raw, reply.raw, searchParams).catch((error: unknown) => {
          request.log.error({ err: error }, 'a request about the mirror failed')
          reply.raw.destroy()
        })
      },
    })
}
