import { join } from 'node:path'
import { renderSchema } from '@mochi/config'
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { PLATFORMS } from './platforms.ts'
import type { Platform } from './platforms.ts'

const packageName = Type.String({
  pattern: '^(?:@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*$',
  patternErrorMessage: 'the name of a package ("npm", "@scope/name")',
  description: 'The name of a package of the registry.',
})
const pathInArchive = Type.String({
  pattern: '^(?!\\.\\.?(?:/|$))[A-Za-z0-9_@+.-]+(?:/(?!\\.\\.?(?:/|$))[A-Za-z0-9_@+.-]+)*$',
  patternErrorMessage: 'a path below the top folder of the archive, like "bin/node"',
  description: 'A path below the top folder of the archive.',
})
const commandNames = {
  pattern: '^[a-z0-9][a-z0-9+._-]*$',
  patternErrorMessage: 'lower-case letters, digits and + . _ -, beginning with a letter or digit',
}

const tool = Type.Object(
  {
    version: Type.String({
      pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+(?:-[0-9A-Za-z.-]+)?$',
      patternErrorMessage: 'an exact version, like "1.2.3"',
      description: 'Exact.',
    }),
    package: Type.Union(
      [
        packageName,
        Type.Object(
          Object.fromEntries(PLATFORMS.map((platform) => [platform, packageName])) as Record<
            Platform,
            typeof packageName
          >,
          { additionalProperties: false },
        ),
      ],
      { description: 'One package for every platform, or one for each of the four.' },
    ),
    keep: Type.Optional(
      Type.Array(pathInArchive, { minItems: 1, description: 'What to unpack. Default: the whole archive.' }),
    ),
    links: Type.Record(Type.String(), pathInArchive, {
      propertyNames: commandNames,
      minProperties: 1,
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

/** The schema of toolchain.json. `toolchain.schema.json`, for editors, is rendered from it. */
export const wantedSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find this schema.' })),
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
    tools: Type.Record(Type.String(), tool, {
      propertyNames: commandNames,
      minProperties: 1,
      description: 'What is on PATH.',
    }),
  },
  { additionalProperties: false, title: 'The toolchain that this company wants' },
)

/** What toolchain.json holds as it is written, before defaults. */
export type WantedDocument = Static<typeof wantedSchema>

/** The file that editors read, for `"$schema"` in toolchain.json. */
export const wantedSchemaPath: string = join(import.meta.dirname, '../toolchain.schema.json')

/** The text of `toolchain.schema.json`. */
export function renderWantedSchema(): string {
  return renderSchema(wantedSchema)
}
