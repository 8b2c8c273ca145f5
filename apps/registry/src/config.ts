import { CompanyScopes, DataFolder, Secret, serviceConfig, Type } from '@mochi/service'
import type { ConfigOf } from '@mochi/service'
import manifest from '../package.json' with { type: 'json' }
import { policySettings } from './policy/settings.ts'
import { syncSettings } from './sync/settings.ts'

/** What the service can be told; the variable of `data` is `REGISTRY_DATA`. */
export const configSchema = serviceConfig(manifest, {
  data: DataFolder(),
  scopes: CompanyScopes(),
  uplink: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/?#@]+(/[^\\s?#]*)?$',
      patternErrorMessage: 'an http or https address without user, query and fragment',
      description:
        'The registry that packages come from which are not the company’s; none: what is held is all there is',
    }),
  ),
  uplinkAuthorization: Type.Optional(
    Secret({ description: 'What the uplink is sent as the header Authorization, such as Bearer and a token' }),
  ),
  uplinkInsecure: Type.Boolean({
    default: false,
    description: 'Whether uplinkAuthorization may go in clear to another machine, over http',
  }),
  redirects: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Hosts (with their port where it is not the usual one) that the uplink may redirect to',
  }),
  signatures: Type.Enum(['checked', 'ignored'], {
    default: 'checked',
    description:
      'Whether versions that the uplink has signed have to hold against its keys; ignored: for one that passes on signatures of others',
  }),
  fresh: Type.Integer({
    default: 300,
    minimum: 0,
    maximum: 86_400,
    description: 'Seconds for which the uplink is not asked again for a packument',
  }),
  memory: Type.Integer({
    default: 64,
    minimum: 8,
    maximum: 16_384,
    description: 'Megabytes for packuments that are ready to be sent, and as many again for tarballs',
  }),
  anonymousRead: Type.Optional(
    Type.Boolean({
      description:
        'Whether the company’s packages can be read without a token; where nothing is said: on a laptop’s loopback address alone',
    }),
  ),
  publishLimit: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 2_000,
    description: 'Megabytes of what is published',
  }),
  unpublishWithin: Type.Integer({
    default: 72,
    minimum: 0,
    maximum: 87_600,
    description: 'Hours after its publication in which a version can be unpublished by others than admins',
  }),
  ...policySettings,
  ...syncSettings,
})

export type Config = ConfigOf<typeof configSchema>
