import type { SourcePlan } from '@mochi/mirror'
import type { MirrorFlags } from '../commands/mirror.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { askDocument, findMirrors } from './find-mirrors.ts'
import { chooseServices } from './choose-services.ts'

/** Items of a source that people are shown; `--json` has all. */
const MOST_SHOWN = 20

/** `mochi mirror plan`: what a run would do. 1 when it cannot be said of a source, or something cannot be had. */
export async function runMirrorPlan(
  context: Context,
  { json, instance }: MirrorFlags,
  ...only: string[]
): Promise<number> {
  const chosen = chooseServices(await findMirrors(context, instance), only)
  const plans = await Promise.all(
    chosen.map(async ({ url, query }) => {
      const answer = (await askDocument(url, '/plan', { method: 'GET', query })) as { sources: SourcePlan[] }
      return answer.sources
    }),
  )
  const sources = plans.flat()
  if (json) writeJson(context.stdout, { sources })
  else context.stdout.write(spellCommands(formatPlans(sources, context.stdout.columns), context))
  return sources.every((source) => 'plan' in source && source.plan.unobtainable.length === 0) ? 0 : 1
}

/** Pure. */
export function formatPlans(sources: readonly SourcePlan[], columns: number): string {
  return `${sources.map((source) => formatPlan(source, columns)).join('\n')}\nnext: ./mochi mirror sync\n`
}

function formatPlan(source: SourcePlan, columns: number): string {
  if ('fault' in source) return `${source.source}: no plan: ${source.fault}\n`
  const { wanted, held, items, unobtainable } = source.plan
  const fetching = items.filter(({ fetches }) => fetches > 0)
  const shown = fetching.slice(0, MOST_SHOWN).map(({ what }) => `  ${what}`)
  const more = fetching.length - shown.length
  const count = fetching.reduce((sum, { fetches }) => sum + fetches, 0)
  const refused = unobtainable.map(({ what, reason }) => [`  ${what}`, reason])
  return [
    `${source.source}: ${wanted} wanted, ${held} held, ${count} to fetch; ${items.length} to ask upstream about`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(refused.length === 0 ? [] : ['  cannot be had:', formatTable(refused, columns)]),
    '',
  ].join('\n')
}
