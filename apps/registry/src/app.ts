import { createService, Type } from '@mochi/service'
import type { Service } from '@mochi/service'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'

/** The service, made of its configuration. */
export function createApp(config: Config): Service {
  return createService({
    manifest,
    config,
    routes: (app) => {
      app.get('/-/ping', { schema: { response: { 200: Type.Object({}) } } }, () => ({}))
    },
  })
}
