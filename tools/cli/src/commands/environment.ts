import { defineCommand } from '../command.ts'
import type { NoFlags } from '../command.ts'
import { switchFlag, textArgument } from './flags.ts'

export type EnvFlags = { fish: boolean }

/** `./mochi` answers both itself, without this program; reached from here, it is asked. One truth, whichever the way. */
export const env = defineCommand<EnvFlags>({
  load: async () => (await import('../launcher/run.ts')).runEnv,
  parameters: {
    flags: { fish: switchFlag('Print them for fish') },
  },
  docs: {
    brief: 'Print the lines that put the tools on PATH: eval "$(./mochi env)"',
    fullDescription: [
      'Prints shell text that puts the tools of this checkout first on PATH: eval "$(./mochi env)".',
      'In fish: ./mochi env --fish | source',
    ].join('\n'),
  },
})

export const exec = defineCommand<NoFlags, string[]>({
  load: async () => (await import('../launcher/run.ts')).runExec,
  parameters: {
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { brief: 'The command and its arguments', parse: textArgument, placeholder: 'command' },
    },
  },
  docs: {
    brief: 'Run a command with the tools of this checkout: mochi exec -- npx nx test foo',
    fullDescription: [
      'Runs the command with the tools of this checkout first on PATH. It starts no process in between and never',
      'installs a package. Write `--` before the command, so that its flags stay its own.',
    ].join('\n'),
    customUsage: ['-- <command>...'],
  },
})
