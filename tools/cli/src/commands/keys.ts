import { defineCommand, defineGroup } from '../command.ts'
import type { SecretFlavor } from '../keys/keyrings.ts'
import { jsonFlag, switchFlag, textArgument } from './flags.ts'
import type { JsonFlags } from './toolchain.ts'

export type KeysRotateFlags = { idc: string; flavor: SecretFlavor; again: boolean; json: boolean }
export type KeysShowFlags = { cluster: string | undefined; json: boolean }

const init = defineCommand<JsonFlags>({
  load: async () => (await import('../keys/init.ts')).runKeysInit,
  parameters: { flags: { json: jsonFlag } },
  docs: { brief: 'Make the secrets of clusters that are missing, one for each flavor and data centre' },
})

const rotate = defineCommand<KeysRotateFlags>({
  load: async () => (await import('../keys/rotate.ts')).runKeysRotate,
  parameters: {
    flags: {
      idc: { kind: 'parsed', parse: textArgument, brief: 'The data centre', placeholder: 'name' },
      flavor: { kind: 'enum', values: ['dev', 'prod'], brief: 'The flavor' },
      again: switchFlag('Also when it was changed less than a day ago'),
      json: jsonFlag,
    },
  },
  docs: { brief: 'Make a new secret; the one before it is accepted until the next change' },
})

const show = defineCommand<KeysShowFlags>({
  load: async () => (await import('../keys/show.ts')).runKeysShow,
  parameters: {
    flags: {
      cluster: {
        kind: 'parsed',
        parse: textArgument,
        brief: 'Print the keys of one cluster, as nsupdate and dig read them: they are secret',
        placeholder: 'domain',
        optional: true,
      },
      json: jsonFlag,
    },
  },
  docs: { brief: 'Show which secrets there are, and how old they are' },
})

export const keys = defineGroup('Secrets that the keys of clusters are derived from', { init, rotate, show })
