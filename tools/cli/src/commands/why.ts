import { defineCommand } from '../command.ts'
import { jsonFlag, textArgument } from './flags.ts'

export type WhyFlags = { json: boolean }

export const why = defineCommand<WhyFlags, [string]>({
  load: async () => (await import('../why/run.ts')).runWhy,
  parameters: {
    flags: { json: jsonFlag },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'A target, as in foo:test, or a project',
          placeholder: 'target',
          parse: textArgument,
          async proposeCompletions(partial) {
            return (await import('../complete/values.ts')).proposeTargets(this.root, partial)
          },
        },
      ],
    },
  },
  docs: {
    brief: 'Explain where a target comes from and when it runs again: mochi why foo:test',
    fullDescription: [
      'Says which plugin inferred a target and from which file, what it runs, what makes it run again, what it writes,',
      'what depends on it, and whether its last result is in the cache.',
    ].join('\n'),
  },
})
