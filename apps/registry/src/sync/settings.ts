import { Type } from '@mochi/service'

/** What the registry can be told about what it mirrors daily: part of its configuration. */
export const syncSettings = {
  workspace: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'The folder of the checkout whose lock files are mirrored; mochi up names its own',
    }),
  ),
  lockFiles: Type.Array(Type.String({ minLength: 1 }), {
    default: ['pnpm-lock.yaml'],
    description: 'Lock files of pnpm, npm and yarn, relative to the workspace; without one only absolute paths count',
  }),
  packages: Type.Array(
    Type.String({
      pattern: '^(?:@[^/@\\s]+/)?[^/@\\s]+@\\S.*$',
      patternErrorMessage: 'a package and a range, such as fastify@^5.0.0',
    }),
    {
      default: [],
      description: 'Packages of which the highest version in a range is mirrored, with what it depends on',
    },
  ),
  toolchain: Type.String({
    default: 'toolchain/toolchain.lock',
    description: 'The lock of the toolchain, whose archives are mirrored, relative to the workspace; empty: none',
  }),
  nodeSite: Type.String({
    default: 'https://nodejs.org/dist',
    pattern: '^https?://[^\\s/?#@]+(/[^\\s?#]*)?$',
    patternErrorMessage: 'an http or https address without user, query and fragment',
    description: 'Where the archives of Node are fetched that its lock names there',
  }),
  syncAt: Type.String({
    default: '05:00',
    pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
    patternErrorMessage: 'a time such as 05:00',
    description: 'When everything is brought up to date, each day, in local time',
  }),
  syncJitter: Type.Integer({
    default: 60,
    minimum: 0,
    maximum: 720,
    description: 'Minutes over which machines spread that, so that upstream is not asked by all at once',
  }),
  diskBudget: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_000_000,
      description: 'Gigabytes that tarballs and archives of others may take; what would pass it is refused',
    }),
  ),
}

export type SyncSettings = {
  readonly workspace?: string | undefined
  readonly lockFiles: readonly string[]
  readonly packages: readonly string[]
  readonly toolchain: string
  readonly syncAt: string
  readonly syncJitter: number
}
