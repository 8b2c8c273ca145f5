import { defineCommand } from '../command.ts'
import { jsonFlag, switchFlag } from './flags.ts'

export type TestFlags = { soak: boolean; json: boolean }

export const test = defineCommand<TestFlags>({
  load: async () => (await import('../test/run.ts')).runTests,
  parameters: {
    flags: {
      soak: switchFlag('Run the long fault loops in full'),
      json: jsonFlag,
    },
  },
  docs: {
    brief: 'Check and test everything: format, lint, types, tests with coverage',
    fullDescription: [
      'Everything the project checks, of every project; what did not change is answered from the cache.',
      'The last line is `N passed, N failed`, counted from the reports. Exit code 1 when anything failed.',
    ].join('\n'),
  },
})
