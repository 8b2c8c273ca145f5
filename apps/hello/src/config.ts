import { Secret, serviceConfig, Type } from '@mochi/service'
import type { ConfigOf } from '@mochi/service'
import manifest from '../package.json' with { type: 'json' }

/** What the service can be told; the variable of `greeting` is `HELLO_GREETING`. */
export const configSchema = serviceConfig(manifest, {
  greeting: Type.String({ default: 'Hello', minLength: 1, description: 'The first word of every greeting' }),
  sealKey: Secret({ localdev: 'made', description: 'Seals greetings, so that nobody can forge one' }),
})

export type Config = ConfigOf<typeof configSchema>
