import { createHmac } from 'node:crypto'
import { createService, Type } from '@mochi/service'
import type { Service } from '@mochi/service'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'

const Greeting = Type.Object({ message: Type.String() })

/** The service, made of its configuration. It opens nothing: tests call it with `app.inject`. */
export function createApp(config: Config): Service {
  return createService({
    manifest,
    config,
    routes: (app) => {
      app.get(
        '/hello/:who',
        { schema: { params: Type.Object({ who: Type.String({ maxLength: 100 }) }), response: { 200: Greeting } } },
        (request, reply) => {
          const message = `${config.greeting}, ${request.params.who}`
          reply.header('x-seal', createHmac('sha256', config.sealKey).update(message).digest('base64url'))
          return { message }
        },
      )
    },
  })
}
