import { planUninstall, uninstall } from '@mochi/toolchain'
import type { UninstallPlan } from '@mochi/toolchain'
import type { UninstallFlags } from '../commands/uninstall.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { formatBytes } from '../output/bytes.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { findRemains } from './remains.ts'

/** `mochi uninstall`: shows the plan; removes with `yes` only. Without either flag it throws CLI_NOT_CONFIRMED. */
export async function runUninstall(context: Context, flags: UninstallFlags): Promise<undefined> {
  const plan = await planOf(context)
  const confirmed = flags.yes && !flags.dryRun
  const refused = !flags.yes && !flags.dryRun
  if (!flags.json) {
    const text = formatPlan(plan, confirmed, context.stdout.columns)
    context.stdout.write(spellCommands(text, context))
  }
  if (refused) throw errors.CLI_NOT_CONFIRMED({ prefix: plan.prefix })
  if (confirmed) await uninstall(plan, { confirmed: true })
  if (flags.json) writeJson(context.stdout, { removed: confirmed, ...plan })
}

/** The plan for the prefix, with all that stays elsewhere. */
async function planOf(context: Context): Promise<UninstallPlan> {
  const [plan, remains] = await Promise.all([planUninstall({ prefix: context.prefix }), findRemains(context)])
  return { ...plan, stay: [...plan.stay, ...remains] }
}

function formatPlan(plan: UninstallPlan, confirmed: boolean, columns: number): string {
  const rows = [
    ...plan.remove.map(({ path, bytes }) => [confirmed ? 'removing' : 'would remove', path, formatBytes(bytes)]),
    ...plan.stay.map(({ path, why }) => ['stays', path, why]),
  ]
  const nothing = plan.remove.length === 0 ? `Nothing of ours stands in ${plan.prefix}.\n` : ''
  return nothing + (rows.length === 0 ? '' : `${formatTable(rows, columns)}\n`)
}
