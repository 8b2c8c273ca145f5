import { defineCommand } from '../command.ts'

export const setup = defineCommand({
  load: async () => (await import('../setup/run.ts')).runSetup,
  parameters: {},
  docs: {
    brief: 'Install the pinned toolchain, the dependencies and the git hooks',
    fullDescription: [
      'The toolchain and the dependencies are installed by `./mochi` itself before this command runs. What is left:',
      'git hooks (in a git checkout, unless CI is set), a look whether all is in place, and how to put the tools on PATH.',
      'Running it again changes nothing.',
    ].join('\n'),
  },
})
