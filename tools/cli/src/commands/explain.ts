import { defineCommand } from '../command.ts'
import { jsonFlag, textArgument } from './flags.ts'

export type ExplainFlags = { json: boolean }

export const explain = defineCommand<ExplainFlags, [string?]>({
  load: async () => (await import('../explain/run.ts')).runExplain,
  parameters: {
    flags: { json: jsonFlag },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'The code that an error prints in its last line; without it, the list of all',
          placeholder: 'code',
          optional: true,
          parse: textArgument,
          async proposeCompletions(partial) {
            return (await import('../complete/values.ts')).proposeCodes(this.root, partial)
          },
        },
      ],
    },
  },
  docs: {
    brief: 'Explain an error by its code: why it happens and how to mend it',
    fullDescription: 'Prints why an error happens and how to mend it. `mochi --explain CODE` does the same.',
  },
})
