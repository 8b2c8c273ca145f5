import { defineCommand, defineGroup } from '../command.ts'
import { check, explain } from './registry-policy.ts'
import { token } from './registry-token.ts'
import { jsonFlag } from './flags.ts'
import type { JsonFlags } from './toolchain.ts'

const status = defineCommand<JsonFlags>({
  load: async () => (await import('../registry/status.ts')).runRegistryStatus,
  parameters: { flags: { json: jsonFlag } },
  docs: { brief: 'Show whether the registry answers, where its packages come from, and whether this shell uses it' },
})

const use = defineCommand<JsonFlags>({
  load: async () => (await import('../registry/use.ts')).runRegistryUse,
  parameters: { flags: { json: jsonFlag } },
  docs: {
    brief: 'Point npm and pnpm at the registry, in every folder of yours',
    fullDescription: [
      'Writes one line into your own .npmrc, in the place of the registry that it names, and remembers that. Only while the',
      'registry answers. What ./mochi runs uses it without this.',
    ].join('\n'),
  },
})

const unuse = defineCommand<JsonFlags>({
  load: async () => (await import('../registry/unuse.ts')).runRegistryUnuse,
  parameters: { flags: { json: jsonFlag } },
  docs: { brief: 'Put back what your .npmrc said before `mochi registry use`' },
})

export const registry = defineGroup("The company's registry, on this machine", {
  status,
  use,
  unuse,
  explain,
  check,
  token,
})
