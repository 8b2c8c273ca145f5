import { defineCommand, defineGroup } from '../command.ts'
import { jsonFlag, textArgument } from './flags.ts'
import type { JsonFlags } from './toolchain.ts'

export type RegistryTokenFlags = {
  name: string
  group: 'read' | 'publish' | 'admin'
  scope: string | undefined
  expires: string
  json: boolean
}

const create = defineCommand<RegistryTokenFlags>({
  load: async () => (await import('../registry/token.ts')).runTokenCreate,
  parameters: {
    flags: {
      name: {
        kind: 'parsed',
        parse: textArgument,
        brief: 'Who gets it, as logs and published packages name them',
        placeholder: 'name',
      },
      group: {
        kind: 'enum',
        values: ['read', 'publish', 'admin'],
        brief: 'What it may do, each what the one before it may',
      },
      scope: {
        kind: 'parsed',
        parse: textArgument,
        brief: 'The only scope that it publishes to',
        placeholder: '@scope',
        optional: true,
      },
      expires: {
        kind: 'parsed',
        parse: textArgument,
        brief: 'How long it is good, at most a year',
        placeholder: 'span',
        default: '30d',
      },
      json: jsonFlag,
    },
  },
  docs: {
    brief: 'Make a token of the registry on this machine',
    fullDescription: [
      'Prints the token alone on standard output, this once: only its digest is kept. For whom it is stands on standard error.',
    ].join('\n'),
  },
})

const list = defineCommand<JsonFlags>({
  load: async () => (await import('../registry/token.ts')).runTokenList,
  parameters: { flags: { json: jsonFlag } },
  docs: { brief: 'Show the tokens that are good, without what lets anybody in' },
})

const revoke = defineCommand<JsonFlags, [string]>({
  load: async () => (await import('../registry/token.ts')).runTokenRevoke,
  parameters: {
    flags: { json: jsonFlag },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Of the token, as `token list` shows it', placeholder: 'id', parse: textArgument }],
    },
  },
  docs: { brief: 'Take a token back' },
})

export const token = defineGroup('Tokens of the registry on this machine', { create, list, revoke })
