import { defineCommand } from '../command.ts'
import { dryRunFlag, jsonFlag, switchFlag } from './flags.ts'

export type UninstallFlags = { yes: boolean; dryRun: boolean; json: boolean }

export const uninstall = defineCommand<UninstallFlags>({
  load: async () => (await import('../toolchain/uninstall.ts')).runUninstall,
  parameters: {
    flags: {
      yes: switchFlag('Remove, having read what goes and what stays'),
      dryRun: dryRunFlag,
      json: jsonFlag,
    },
  },
  docs: {
    brief: 'Remove the installed toolchain, and say what stays',
    fullDescription: [
      'Prints what would be removed from the prefix, and what stays and why. It removes only with --yes.',
      'The git hooks of this checkout go too, because they would install the toolchain again. Nothing else of a checkout is',
      'touched; `./mochi setup` in it brings everything back.',
    ].join('\n'),
  },
})
