import { Type } from 'typebox'
import { LOG_LEVELS } from './log.ts'
import type { ServiceApp } from './service-app.ts'

const Level = Type.Object({ level: Type.Enum([...LOG_LEVELS]) })

/** Adds `GET` and `PUT /-/log-level`: the level of all logs of this process, until it ends. */
export function addLogLevel(app: ServiceApp, log: { level: string }): void {
  const schema = { response: { 200: Level } }
  const current = () => ({ level: log.level }) as { level: (typeof LOG_LEVELS)[number] }
  app.get('/-/log-level', { schema }, current)
  app.put('/-/log-level', { schema: { ...schema, body: Level } }, (request) => {
    log.level = request.body.level
    return current()
  })
}

/** Adds `GET /openapi.json`. */
export function addOpenApi(app: ServiceApp, document: () => Promise<object>): void {
  app.get('/openapi.json', async (_request, reply) =>
    reply.header('content-type', 'application/json').send(JSON.stringify(await document())),
  )
}
