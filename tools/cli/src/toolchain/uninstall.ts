import { planUninstall, uninstall } from '@mochi/toolchain'
import type { UninstallPlan } from '@mochi/toolchain'
import prettyBytes from 'pretty-bytes'
import type { UninstallFlags } from '../commands/uninstall.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { resolveLinks } from '../probe/find-on-path.ts'
import { findHook, probeHooks } from '../probe/hooks.ts'
import { findRunning } from '../up/find-running.ts'
import { removablePrefixOf } from './place.ts'
import { findRemains } from './remains.ts'

type Plan = UninstallPlan & {
  /** This checkout's git hook, which goes too: it runs `./mochi exec`, which would install the toolchain again. */
  hook?: string
}

/**
 * `mochi uninstall`: shows the plan; removes with `yes` only. Without either flag it throws CLI_NOT_CONFIRMED, and
 * before anything is removed, CLI_SERVICES_RUN, and CLI_HOOKS_STAY when lefthook cannot take the git hooks away.
 */
export async function runUninstall(context: Context, flags: UninstallFlags): Promise<undefined> {
  const confirmed = flags.yes && !flags.dryRun
  const refused = !flags.yes && !flags.dryRun
  const plan = await planOf(context, confirmed)
  if (!flags.json) context.stdout.write(spellCommands(formatPlan(context, plan, confirmed), context))
  if (refused) throw errors.CLI_NOT_CONFIRMED({ prefix: plan.prefix })
  if (confirmed) await refuseRunning(plan.prefix)
  if (confirmed) {
    if (plan.hook !== undefined) await removeHooks(context, plan.hook)
    await uninstall(plan, { confirmed: true })
  }
  if (flags.json) writeJson(context.stdout, { removed: confirmed, ...plan })
}

/** A service needs the tools for its next start; without them `down` could not even be asked. */
async function refuseRunning(prefix: string): Promise<void> {
  const [first] = await findRunning(prefix)
  if (first !== undefined) throw errors.CLI_SERVICES_RUN({ names: first.names, instance: first.place.instance })
}

/**
 * The plan for the prefix and the hooks, with all that stays elsewhere. The hooks of this checkout go with the prefix that
 * it uses, not with another.
 */
async function planOf(context: Context, confirmed: boolean): Promise<Plan> {
  const prefix = await removablePrefixOf(context)
  const [plan, remains, hooks, hook] = await Promise.all([
    planUninstall({ prefix }),
    findRemains(context, { confirmed }),
    probeHooks(context),
    findHook(context),
  ])
  const isUsed = plan.remove.length > 0 && prefix === (await resolveLinks(context.prefix))
  const stay = [...plan.stay, ...remains]
  return { ...plan, stay, ...(isUsed && hooks === 'installed' && hook !== undefined ? { hook } : {}) }
}

/** Lefthook gives back a hook of the user's own that it had put aside. The launcher has put it on PATH. */
async function removeHooks({ root, run }: Context, hook: string): Promise<void> {
  const { code, stdout, stderr } = await run('lefthook', ['uninstall'], { cwd: root })
  if (code !== 0) throw errors.CLI_HOOKS_STAY({ hook, output: `${stdout}${stderr}`.trim() })
}

function formatPlan({ root, stdout }: Context, plan: Plan, confirmed: boolean): string {
  const does = confirmed ? 'removing' : 'would remove'
  const hooks = [does, `the git hooks of ${root}`, 'the next commit would install the toolchain again']
  const rows = [
    ...(plan.hook === undefined ? [] : [hooks]),
    ...plan.remove.map(({ path, bytes }) => [does, path, prettyBytes(bytes)]),
    ...plan.stay.map(({ path, why }) => ['stays', path, why]),
  ]
  const nothing = plan.remove.length === 0 ? `Nothing of ours stands in ${plan.prefix}.\n` : ''
  return nothing + (rows.length === 0 ? '' : `${formatTable(rows, stdout.columns)}\n`)
}
