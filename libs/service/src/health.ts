import { Type } from 'typebox'
import type { ServiceApp } from './service-app.ts'

/** What `/health` says to everybody: who answers and whether it takes requests. Reasons are for the inside only. */
export const healthSchema = Type.Object({
  name: Type.String(),
  status: Type.Union([Type.Literal('ok'), Type.Literal('stopping')]),
})

/** Adds `GET /health`: 200 while it serves, 503 from the beginning of its stop, so that nobody sends new work. */
export function addHealth(app: ServiceApp, { name, isStopping }: { name: string; isStopping: () => boolean }): void {
  app.get('/health', { schema: { response: { 200: healthSchema, 503: healthSchema } } }, (_request, reply) => {
    reply.header('cache-control', 'no-store')
    if (isStopping()) reply.code(503)
    return { name, status: isStopping() ? ('stopping' as const) : ('ok' as const) }
  })
}
