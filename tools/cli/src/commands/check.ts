import { defineCommand } from '../command.ts'
import { jsonFlag, switchFlag } from './flags.ts'

export type CheckFlags = { fix: boolean; json: boolean }

export const check = defineCommand<CheckFlags>({
  load: async () => (await import('../check/run.ts')).runCheck,
  parameters: {
    flags: {
      fix: switchFlag('Mend what a program can mend'),
      json: jsonFlag,
    },
  },
  docs: {
    brief: 'Check what no compiler sees: format, floors, names, locks, generated files',
    fullDescription: [
      'Checks the promises that hold between files: the format, who may import whom, names and ports that clash,',
      'lock files that lack a platform, generated pages that are stale. It reports everything wrong at once.',
      'Exit code 1 when something is wrong; with --fix, when something is left that a program cannot mend.',
    ].join('\n'),
  },
})
