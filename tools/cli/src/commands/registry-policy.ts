import { defineCommand } from '../command.ts'
import { jsonFlag, switchFlag, textArgument } from './flags.ts'
import type { JsonFlags } from './toolchain.ts'

export type RegistryExplainFlags = { all: boolean; json: boolean }

export const explain = defineCommand<RegistryExplainFlags, [string]>({
  load: async () => (await import('../registry/explain-package.ts')).runRegistryExplain,
  parameters: {
    flags: { all: switchFlag('Every version, not the newest 20'), json: jsonFlag },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'A package, or some of its versions: fastify, fastify@^5.0.0, fastify@latest',
          placeholder: 'package',
          parse: textArgument,
        },
      ],
    },
  },
  docs: {
    brief: 'Say which versions of a package the registry gives, and why it refuses the others',
    fullDescription: 'Ends with 1 where none of the versions that were asked about is allowed.',
  },
})

export const check = defineCommand<JsonFlags>({
  load: async () => (await import('../registry/check-lock.ts')).runRegistryCheck,
  parameters: { flags: { json: jsonFlag } },
  docs: {
    brief: 'List the versions in pnpm-lock.yaml that the policy of the registry refuses',
    fullDescription: [
      'They may have been installed before they were refused, or from elsewhere. What cannot be decided is refused. Ends with 1 where there',
      'is one.',
    ].join('\n'),
  },
})
