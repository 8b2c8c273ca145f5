import { defineCommand } from '../command.ts'
import type { NoFlags } from '../command.ts'
import { textArgument } from './flags.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type CompletionShell = (typeof SHELLS)[number]

export const completion = defineCommand<NoFlags, [CompletionShell]>({
  load: async () => (await import('../complete/script.ts')).runCompletion,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: SHELLS.join(', '),
          placeholder: 'shell',
          parse: parseShell,
          proposeCompletions: (partial) => SHELLS.filter((shell) => shell.startsWith(partial)),
        },
      ],
    },
  },
  docs: {
    brief: 'Print the completion script of a shell',
    fullDescription: [
      'Prints a script that completes commands, flags and values (projects, error codes, platforms, generations).',
      '`mochi toolchain profile add` loads it for you. By hand:',
      '',
      '  bash  eval "$(mochi completion bash)"       in ~/.bashrc',
      '  zsh   eval "$(mochi completion zsh)"        in ~/.zshrc, after compinit',
      '  fish  mochi completion fish | source        in ~/.config/fish/config.fish',
    ].join('\n'),
  },
})

/** What the scripts call: the words after `mochi` up to the cursor, the last one unfinished. */
export const complete = defineCommand<NoFlags, string[]>({
  load: async () => (await import('../complete/run.ts')).runComplete,
  parameters: {
    positional: {
      kind: 'array',
      parameter: { brief: 'Words up to the cursor', parse: textArgument, placeholder: 'word' },
    },
  },
  docs: { brief: 'Propose what could stand at the cursor, a line each: word, tab, meaning' },
})

function parseShell(text: string): CompletionShell {
  const shell = SHELLS.find((candidate) => candidate === text)
  if (shell === undefined) throw new SyntaxError(`expected ${SHELLS.join(', ')}`)
  return shell
}
