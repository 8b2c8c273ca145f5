import { DataFolder, Secret, serviceConfig, Type } from '@mochi/service'
import type { ConfigOf } from '@mochi/service'
import manifest from '../package.json' with { type: 'json' }
import { BYTES_PATTERN } from './bytes.ts'

const Bytes = (value: string, description: string) =>
  Type.String({ default: value, pattern: BYTES_PATTERN, patternErrorMessage: 'a size such as 10GB', description })

const Claims = Type.Record(Type.String({ minLength: 1 }), Type.String({ minLength: 1 }), { minProperties: 1 })

/** A CI whose own tokens are taken. */
export const Issuer = Type.Object(
  {
    issuer: Type.String({ minLength: 1, description: 'The iss of its tokens; where its keys are found by discovery' }),
    audience: Type.String({ minLength: 1, description: 'The aud that its tokens have to be made for' }),
    jwks: Type.Optional(Type.String({ minLength: 1, description: 'Where its keys are, in place of discovery' })),
    project: Type.Unsafe<Record<string, string>>({ ...Claims, description: 'Claims that every token has to have' }),
    main: Type.Unsafe<Record<string, string>>({
      ...Claims,
      description: 'Claims that the main branch has beside them',
    }),
  },
  { additionalProperties: false },
)

/** What the service can be told; the variable of `budget` is `CACHE_BUDGET`. */
export const configSchema = serviceConfig(manifest, {
  data: DataFolder(),
  mintKey: Secret({
    minLength: 32,
    localdev: 'made',
    description: 'Signs tokens: who has it can write what main reads',
  }),
  previousMintKey: Type.Optional(Secret({ minLength: 32, description: 'Taken too, while a key is exchanged' })),
  budget: Bytes('10GB', 'What all entries may use together'),
  branchShare: Type.Number({
    default: 0.3,
    minimum: 0,
    maximum: 0.9,
    description: 'The part of the budget for all branches together; the rest is for main',
  }),
  entryLimit: Bytes('500MB', 'The largest entry'),
  unpackedLimit: Bytes('2GB', 'The largest entry, unpacked'),
  oidc: Type.Array(Issuer, { default: [], description: 'CI servers whose ID tokens are taken' }),
})

export type Config = ConfigOf<typeof configSchema>
