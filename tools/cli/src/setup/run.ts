import type { Context } from '../context.ts'
import { paint } from '../output/color.ts'
import { spellCommands } from '../output/spell.ts'
import { findStanding, formatNext, formatStanding } from '../status/run.ts'
import { planNext } from '../status/plan-next.ts'
import type { NextCommand, Standing } from '../status/plan-next.ts'

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
  if (!standing.toolchain.onPath && !standing.ci) stdout.write(`\n${spellCommands(PATH_ADVICE, context)}\n`)
  stdout.write(formatNext(context, planAfterSetup(standing)))
  return standing.toolchain.installed !== undefined && standing.dependencies === 'fresh' ? 0 : 1
}

const PATH_ADVICE = [
  'To put the tools on PATH:',
  '  eval "$(./mochi env)"              in this shell, now',
  '  ./mochi toolchain profile add      in every shell, for good',
].join('\n')

async function installHooks(context: Context, { toolchain }: Standing): Promise<void> {
  const lefthook = toolchain.installed === undefined ? 'lefthook' : `${toolchain.installed.path}/bin/lefthook`
  const { code, stdout, stderr } = await context.run(lefthook, ['install'], { cwd: context.root })
  if (code === 0) return
  const output = `${stdout}${stderr}`.trim()
  const warning = paint(context.stderr, 'yellow', 'warning:')
  context.stderr.write(`${warning} The git hooks could not be installed; everything else works.\n${output}\n`)
}

/** Setup has just told how to get the tools on PATH, so the next command works with or without them there. */
function planAfterSetup(standing: Standing): NextCommand {
  const next = planNext({ ...standing, toolchain: { ...standing.toolchain, onPath: true }, ci: true })
  const needsPath = next.command.startsWith('npx ') && !standing.toolchain.onPath
  return needsPath ? { ...next, command: `./mochi exec -- ${next.command}` } : next
}
