import { DataFolder, serviceConfig } from '@mochi/service'
import type { ConfigOf } from '@mochi/service'
import manifest from '../package.json' with { type: 'json' }

/** What the service can be told; the variable of `data` is `REGISTRY_DATA`. */
export const configSchema = serviceConfig(manifest, {
  data: DataFolder(),
})

export type Config = ConfigOf<typeof configSchema>
