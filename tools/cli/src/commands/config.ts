import { flavors } from '@mochi/names'
import type { Flavor } from '@mochi/names'
import { defineCommand, defineGroup } from '../command.ts'
import { jsonFlag, textArgument } from './flags.ts'

export type ConfigShowFlags = { json: boolean; flavor: Flavor | undefined }

const show = defineCommand<ConfigShowFlags, [string]>({
  load: async () => (await import('../config/show.ts')).runConfigShow,
  parameters: {
    flags: {
      json: jsonFlag,
      flavor: {
        kind: 'enum',
        values: flavors,
        brief: "As it would be in another flavor; default: the host's, which on a laptop is localdev",
        optional: true,
      },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'The service: the name of its folder in apps',
          placeholder: 'name',
          parse: textArgument,
          async proposeCompletions(partial) {
            return (await import('../complete/values.ts')).proposeServices(this.root, partial)
          },
        },
      ],
    },
  },
  docs: {
    brief: 'Show what a service is told: every key with its value and where it comes from',
    fullDescription: [
      'Reads the schema in the src/config.ts of the service and every source of its values: defaults, mochi.json,',
      'etc/services/NAME.json, variables, and the files of its secrets, which are shown as <set> or <missing>.',
      'Lists all faults at once and then ends with 1.',
    ].join('\n'),
  },
})

export const config = defineGroup('What services are told', { show })
