import type { Role } from '@mochi/build-cache'
import { defineCommand, defineGroup } from '../command.ts'
import { jsonFlag, textArgument } from './flags.ts'
import type { JsonFlags } from './toolchain.ts'

export type CacheTokenFlags = {
  role: Role
  branch: string | undefined
  writer: string | undefined
  hours: number | undefined
  keyFile: string | undefined
  json: boolean
}
export type CachePurgeFlags = {
  scope: string | undefined
  hash: string | undefined
  writer: string | undefined
  json: boolean
}

/** As in `ROLES` of the library, which help and completion have no time to load. */
const ROLE_NAMES = ['main', 'branch', 'reader', 'admin'] as const satisfies readonly Role[]

const textFlag = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: textArgument, brief, placeholder, optional: true }) as const

const token = defineCommand<CacheTokenFlags>({
  load: async () => (await import('../cache/token.ts')).runCacheToken,
  parameters: {
    flags: {
      role: {
        kind: 'enum',
        values: ROLE_NAMES,
        brief:
          'What it may do: main writes what all read, branch writes what only it reads, reader reads, admin purges',
      },
      branch: textFlag('The branch or pull request, for the role branch', 'name'),
      writer: textFlag('Who gets it, as entries name their writer; default: you', 'text'),
      hours: {
        kind: 'parsed',
        parse: Number,
        brief: 'How long it is good: at most 24 for who writes or purges, 720 for who reads',
        placeholder: 'hours',
        optional: true,
      },
      keyFile: textFlag("The file of the mint key; default: that of this machine's service cache", 'file'),
      json: jsonFlag,
    },
  },
  docs: {
    brief: 'Make a token for a CI run or a person, by the mint key of the server',
    fullDescription: [
      'Prints the token alone on standard output, and for whom it is on standard error. It belongs in MOCHI_CACHE_TOKEN, or in',
      'etc/secrets/build-cache/token below the prefix. Nobody but who has the mint key can make one; to take all tokens back,',
      'exchange the key.',
    ].join('\n'),
  },
})

const status = defineCommand<JsonFlags>({
  load: async () => (await import('../cache/status.ts')).runCacheStatus,
  parameters: { flags: { json: jsonFlag } },
  docs: { brief: 'Show what the build cache holds, how often it hits, and the time it saves' },
})

const why = defineCommand<JsonFlags, [string]>({
  load: async () => (await import('../cache/why.ts')).runCacheWhy,
  parameters: {
    flags: { json: jsonFlag },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'A hash, or a target for the hash of the files as they are, as in foo:build',
          placeholder: 'hash',
          parse: textArgument,
          async proposeCompletions(partial) {
            return (await import('../complete/values.ts')).proposeTargets(this.root, partial)
          },
        },
      ],
    },
  },
  docs: { brief: 'Say who wrote an entry, from which revision, and who reads it; or why there is none' },
})

const purge = defineCommand<CachePurgeFlags>({
  load: async () => (await import('../cache/purge.ts')).runCachePurge,
  parameters: {
    flags: {
      scope: textFlag('Of one scope: main, or branch:NAME', 'scope'),
      hash: textFlag('Of one hash', 'hash'),
      writer: textFlag('Of one writer, as `mochi cache why` names it', 'text'),
      json: jsonFlag,
    },
  },
  docs: { brief: 'Take entries of the build cache away, for everybody' },
})

export const cache = defineGroup('The shared build cache', { status, why, token, purge })
