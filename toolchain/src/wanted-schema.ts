import { Type } from 'typebox'
import type { Static } from 'typebox'
import { PLATFORMS } from './platforms.ts'

const packageName = Type.String({
  pattern: '^(?:@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*$',
  description: 'The name of a package of the registry.',
})
const pathInArchive = Type.String({
  pattern: '^(?!\\.\\.?(?:/|$))[A-Za-z0-9_@+.-]+(?:/(?!\\.\\.?(?:/|$))[A-Za-z0-9_@+.-]+)*$',
  description: 'A path below the top folder of the archive.',
})
const toolName = '^[a-z0-9][a-z0-9+._-]*$'

const tool = Type.Object(
  {
    version: Type.String({ pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+(?:-[0-9A-Za-z.-]+)?$', description: 'Exact.' }),
    package: Type.Union(
      [
        packageName,
        Type.Object(Object.fromEntries(PLATFORMS.map((platform) => [platform, packageName])), {
          additionalProperties: false,
        }),
      ],
      { description: 'One package for every platform, or one for each of the four.' },
    ),
    keep: Type.Optional(
      Type.Array(pathInArchive, { minItems: 1, description: 'What to unpack. Default: the whole archive.' }),
    ),
    links: Type.Record(Type.String({ pattern: toolName }), pathInArchive, {
      minProperties: 1,
      additionalProperties: false,
      description: 'Commands on PATH, and the file that each runs.',
    }),
    site: Type.Optional(
      Type.Boolean({
        description: 'For Node alone: its own download site is a second source, for a machine with no registry.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** The schema of toolchain.json; `toolchain.schema.json` is generated from it. */
export const wantedSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    platforms: Type.Array(Type.Enum([...PLATFORMS]), {
      minItems: PLATFORMS.length,
      maxItems: PLATFORMS.length,
      uniqueItems: true,
      description: 'All four: a lock is complete or refused.',
    }),
    cooldownHours: Type.Number({
      minimum: 0,
      description: 'A version younger than this is not locked: most poisoned packages are found within hours.',
    }),
    tools: Type.Record(Type.String({ pattern: toolName }), tool, {
      minProperties: 1,
      additionalProperties: false,
      description: 'What is on PATH.',
    }),
  },
  { additionalProperties: false, title: 'The toolchain that this company wants' },
)

export type WantedDocument = Static<typeof wantedSchema>

/** The text of `toolchain.schema.json`. */
export function formatWantedSchema(): string {
  return `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...wantedSchema }, null, 2)}\n`
}
