import { defineCommand } from '../command.ts'
import { jsonFlag } from './flags.ts'

export type StatusFlags = { json: boolean }

export const status = defineCommand<StatusFlags>({
  load: async () => (await import('../status/run.ts')).runStatus,
  parameters: { flags: { json: jsonFlag } },
  docs: {
    brief: 'Say where this checkout stands and what to do next; `mochi` alone does the same',
    fullDescription: [
      'Shows toolchain, dependencies, PATH, git hooks and projects, the services that run, in every instance, and the one',
      'command to run next.',
    ].join('\n'),
  },
})
