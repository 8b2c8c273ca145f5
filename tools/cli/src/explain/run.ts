import { findNearest } from '@mochi/names'
import type { ExplainFlags } from '../commands/explain.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { paint } from '../output/color.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { fillParagraphs, wrapLines } from '../output/wrap.ts'
import { collectErrors } from './catalogues.ts'
import type { ExplainedError } from './catalogues.ts'

/** Prints one error's explanation, or the list of all codes. Throws CLI_UNKNOWN_CODE. */
export async function runExplain(context: Context, flags: ExplainFlags, code?: string): Promise<undefined> {
  const all = await collectErrors(context.root)
  if (code === undefined) printList(context, flags, all)
  else printOne(context, flags, findError(all, code))
}

function findError(all: readonly ExplainedError[], code: string): ExplainedError {
  const wanted = code.toUpperCase().replaceAll('-', '_')
  const found = all.find((error) => error.code === wanted)
  if (found !== undefined) return found
  const codes = all.map((error) => error.code)
  throw errors.CLI_UNKNOWN_CODE({ code, nearest: findNearest(wanted, codes) })
}

function printOne(context: Context, flags: ExplainFlags, error: ExplainedError): void {
  const { stdout } = context
  if (flags.json) {
    writeJson(stdout, error)
    return
  }
  const { code, summary, explain, project, file } = error
  const title = wrapLines(`${paint(stdout, 'bold', code)}: ${summary}`, stdout.columns)
  const text = fillParagraphs(spellCommands(explain.trim(), context), stdout.columns)
  const place = wrapLines(`Defined by ${project}, in ${file}.`, stdout.columns)
  stdout.write(`${title}\n\n${text}\n\n${paint(stdout, 'dim', place)}\n`)
}

function printList({ stdout, command }: Context, flags: ExplainFlags, all: readonly ExplainedError[]): void {
  if (flags.json) {
    writeJson(stdout, all)
    return
  }
  const rows = all.map(({ code, summary }) => [code, summary])
  stdout.write(
    `${formatTable(rows, stdout.columns)}\n\n${wrapLines(`${command} explain CODE says why it happens and how to mend it.`, stdout.columns)}\n`,
  )
}
