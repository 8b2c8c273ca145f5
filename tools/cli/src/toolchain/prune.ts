import { planPrune, prune } from '@mochi/toolchain'
import type { PrunePlan } from '@mochi/toolchain'
import prettyBytes from 'pretty-bytes'
import type { PruneFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { formatTable } from '../output/table.ts'
import { changeablePlaceOf } from './place.ts'

/** `mochi toolchain prune`: with `dryRun` the plan only. */
export async function runPrune(context: Context, flags: PruneFlags): Promise<undefined> {
  const place = changeablePlaceOf(context)
  const plans = await planPrune(place)
  if (!flags.dryRun) for (const plan of plans) await prune(plan)
  if (flags.json) writeJson(context.stdout, { removed: !flags.dryRun, plans })
  else if (plans.length === 0) context.stdout.write(`Nothing of ours stands in ${place.prefixes.join(' or ')}.\n`)
  else context.stdout.write(formatPlans(plans, flags, context.stdout.columns))
}

function formatPlans(plans: readonly PrunePlan[], { dryRun }: PruneFlags, columns: number): string {
  const removed = plans.flatMap(({ remove }) => remove)
  const rows = removed.map(({ path, bytes, why }) => [
    dryRun ? 'would remove' : 'removed',
    prettyBytes(bytes),
    path,
    why,
  ])
  const kept = plans.flatMap(({ keep }) => keep).map(({ path, why }) => ['kept', '', path, why])
  const bytes = prettyBytes(plans.reduce((sum, plan) => sum + plan.bytes, 0))
  const summary =
    removed.length === 0
      ? 'Nothing is there that could go.'
      : `${countKinds(removed)}: ${bytes}${dryRun ? ' would be freed; nothing was removed.' : ' freed.'}`
  return `${[...rows, ...kept].length === 0 ? '' : `${formatTable([...rows, ...kept], columns)}\n`}${summary}\n`
}

/** `1 generation, 2 tools`. */
function countKinds(removed: PrunePlan['remove']): string {
  const kinds = Map.groupBy(removed, ({ kind }) => kind)
  return [...kinds].map(([kind, { length }]) => `${length} ${kind}${length === 1 ? '' : 's'}`).join(', ')
}
