import { join } from 'node:path'
import { list, readLock } from '@mochi/toolchain'
import type { ListReport } from '@mochi/toolchain'
import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context, Output } from '../context.ts'
import { paint } from '../output/color.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { placeOf, platformOf } from './place.ts'

/** `mochi toolchain list`. */
export async function runList(context: Context, flags: JsonFlags): Promise<undefined> {
  const report = await list({ ...placeOf(context), platform: platformOf(context.platform) })
  if (flags.json) writeJson(context.stdout, report)
  else context.stdout.write(spellCommands(formatList(report, context.stdout), context))
}

/** `mochi toolchain id`. */
export async function runId(context: Context): Promise<undefined> {
  const { generation } = await readLock(join(context.root, 'toolchain/toolchain.lock'))
  context.stdout.write(`${generation}\n`)
}

function formatList(report: ListReport, output: Output): string {
  const tools = report.tools.map(({ tool, version, links, path }) => [
    tool,
    version,
    links.join(', '),
    path ?? paint(output, 'yellow', 'not installed'),
  ])
  const generations = report.generations.map(({ id, prefix, current, wanted, activated }) => [
    id,
    [...(wanted ? ['wanted here'] : []), ...(current ? ['on PATH'] : [])].join(', ') || '-',
    activated ?? '-',
    prefix,
  ])
  const none = generations.length === 0 ? `No generation is installed; ./mochi setup installs ${report.wanted}.\n` : ''
  const heading = (titles: string[]): string[] => titles.map((title) => paint(output, 'bold', title))
  return [
    `${formatTable([heading(['tool', 'version', 'commands', `folder (${report.platform})`]), ...tools], output.columns)}\n`,
    none ||
      `${formatTable([heading(['generation', 'state', 'activated', 'prefix']), ...generations], output.columns)}\n`,
  ].join('\n')
}
