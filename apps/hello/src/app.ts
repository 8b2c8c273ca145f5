import { createService, Type } from '@mochi/service'
import type { Service } from '@mochi/service'
import type { Config } from './config.ts'

const name = 'hello'

const Greeting = Type.Object({ message: Type.String() })

/** The service, made of its configuration. It opens nothing: tests call it with `app.inject`. */
export function createApp({ greeting }: Config): Service {
  return createService({
    name,
    routes: (app) => {
      app.get(
        '/hello/:who',
        { schema: { params: Type.Object({ who: Type.String({ maxLength: 100 }) }), response: { 200: Greeting } } },
        (request) => ({ message: `${greeting}, ${request.params.who}` }),
      )
    },
  })
}
