import type { Context } from '../context.ts'
import { paint } from '../output/color.ts'
import { areUsable } from '../probe/dependencies.ts'
import { findStanding, formatNext, formatStanding } from '../status/run.ts'
import { planNext } from '../status/plan-next.ts'
import type { Standing } from '../status/plan-next.ts'

/**
 * What is left of `mochi setup` when this program starts: the launcher has installed toolchain and dependencies. Its
 * exit code says whether those two stand; git hooks are a comfort and never make it fail.
 */
export async function runSetup(context: Context): Promise<number> {
  const before = await findStanding(context)
  if (before.hooks === 'missing' && !before.ci) await installHooks(context, before)
  const standing = await findStanding(context)
  const { stdout } = context
  stdout.write(formatStanding(context, standing))
  stdout.write(formatNext(context, planNext(hooksSettled(standing))))
  return standing.toolchain.installed !== undefined && areUsable(standing.dependencies) ? 0 : 1
}

async function installHooks(context: Context, { toolchain }: Standing): Promise<void> {
  const lefthook = toolchain.installed === undefined ? 'lefthook' : `${toolchain.installed.path}/bin/lefthook`
  const { code, stdout, stderr } = await context.run(lefthook, ['install'], { cwd: context.root })
  if (code === 0) return
  const output = `${stdout}${stderr}`.trim()
  const warning = paint(context.stderr, 'yellow', 'warning:')
  context.stderr.write(`${warning} The git hooks could not be installed; everything else works.\n${output}\n`)
}

/** Hooks that could not be installed were told already; another setup would only fail in the same way. */
function hooksSettled(standing: Standing): Standing {
  return standing.hooks === 'missing' ? { ...standing, hooks: 'outside' } : standing
}
