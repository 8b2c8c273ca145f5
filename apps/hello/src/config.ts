import { serviceConfig, Type } from '@mochi/service'
import type { ConfigOf } from '@mochi/service'

const name = 'hello'

/** What the service can be told, with defaults; the variable of `greeting` is `HELLO_GREETING`. */
export const configSchema = serviceConfig(name, {
  greeting: Type.String({ default: 'Hello', minLength: 1, description: 'The first word of every greeting' }),
})

export type Config = ConfigOf<typeof configSchema>
