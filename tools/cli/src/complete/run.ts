import { proposeCompletions } from '@stricli/core'
import { createApp } from '../app.ts'
import type { NoFlags } from '../command.ts'
import type { Context } from '../context.ts'

/** `mochi __complete -- WORDS`: a line for each proposal, word, tab, meaning. Wrong input proposes nothing. */
export async function runComplete(context: Context, _flags: NoFlags, ...words: string[]): Promise<undefined> {
  const app = createApp({ version: '', help: context.stdout })
  const partial = words.at(-1) ?? ''
  const proposals = await proposeCompletions<Context>(app, words.length === 0 ? [''] : words, context)
  const lines = proposals
    .filter(({ completion }) => completion !== '--' && completion.toLowerCase().startsWith(partial.toLowerCase()))
    .filter(({ completion }) => partial.startsWith('-') || !completion.startsWith('-'))
    .map(({ completion, brief }) => `${completion}\t${brief}\n`)
  context.stdout.write(lines.join(''))
}
