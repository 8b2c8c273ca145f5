import { isAbsolute, join } from 'node:path'
import { list, readLock } from '@mochi/toolchain'
import type { ListReport, ListedGeneration } from '@mochi/toolchain'
import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context, Output } from '../context.ts'
import { paint } from '../output/color.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { resolveLinks } from '../probe/find-on-path.ts'
import { placeOf, platformOf } from './place.ts'

/** With what only this program knows: the shell that it was called from. */
type Generation = ListedGeneration & { onPath: boolean }
type Listing = Omit<ListReport, 'generations'> & { generations: readonly Generation[] }

/** `mochi toolchain list`. */
export async function runList(context: Context, flags: JsonFlags): Promise<undefined> {
  const report = await list({ ...placeOf(context), platform: platformOf(context.platform) })
  const used = await findUsed(report.generations, context.userPath)
  const generations = report.generations.map((generation) => ({ ...generation, onPath: generation === used }))
  const listing: Listing = { ...report, generations }
  if (flags.json) writeJson(context.stdout, listing)
  else context.stdout.write(spellCommands(formatList(listing, context.stdout), context))
}

/** `mochi toolchain id`. */
export async function runId(context: Context, flags: JsonFlags): Promise<undefined> {
  const { generation } = await readLock(join(context.root, 'toolchain/toolchain.lock'))
  if (flags.json) writeJson(context.stdout, { generation })
  else context.stdout.write(`${generation}\n`)
}

/** The generation whose folder comes first on the user's PATH, by its own name or as `current`. */
async function findUsed(
  generations: readonly ListedGeneration[],
  path: string | undefined,
): Promise<ListedGeneration | undefined> {
  const folders = await Promise.all(generations.map(({ prefix, id }) => resolveLinks(join(prefix, 'env', id, 'bin'))))
  const entries = await Promise.all((path ?? '').split(':').filter(isAbsolute).map(resolveLinks))
  const first = entries.find((entry) => folders.includes(entry))
  return generations.find((_, index) => folders[index] === first)
}

function formatList(report: Listing, output: Output): string {
  const tools = report.tools.map(({ tool, version, links, path }) => [
    tool,
    version,
    links.join(', '),
    path ?? paint(output, 'yellow', 'not installed'),
  ])
  const generations = report.generations.map((generation) => [
    generation.id,
    describeState(generation),
    generation.activated ?? '-',
    generation.prefix,
  ])
  const missing = report.generations.some(({ wanted }) => wanted) ? '' : describeMissing(report)
  const heading = (titles: string[]): string[] => titles.map((title) => paint(output, 'bold', title))
  return [
    `${formatTable([heading(['tool', 'package version', 'commands', `folder (${report.platform})`]), ...tools], output.columns)}\n`,
    generations.length === 0
      ? ''
      : `${formatTable([heading(['generation', 'state', 'activated', 'prefix']), ...generations], output.columns)}\n`,
    missing,
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function describeState({ wanted, current, onPath }: Generation): string {
  const states = [...(wanted ? ['wanted here'] : []), ...(current ? ['current'] : []), ...(onPath ? ['on PATH'] : [])]
  return states.join(', ') || '-'
}

function describeMissing({ generations, wanted }: Listing): string {
  const found =
    generations.length === 0 ? 'No generation is installed' : 'The generation of this checkout is not installed'
  return `${found}; ./mochi setup installs ${wanted}.\n`
}
