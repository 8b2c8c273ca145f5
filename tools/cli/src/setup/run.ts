import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Context } from '../context.ts'
import { paint } from '../output/color.ts'
import { areUsable } from '../probe/dependencies.ts'
import { findHook } from '../probe/hooks.ts'
import { findStanding, formatNext, formatStanding } from '../status/run.ts'
import { planNext } from '../status/plan-next.ts'
import type { Standing } from '../status/plan-next.ts'

/**
 * What is left of `mochi setup` when this program starts: the launcher has installed toolchain and dependencies. Its
 * exit code says whether those two stand; git hooks are a comfort and never make it fail.
 */
export async function runSetup(context: Context): Promise<number> {
  const standing = await settleHooks(context)
  const { stdout } = context
  stdout.write(formatStanding(context, standing))
  stdout.write(formatNext(context, planNext(hooksSettled(standing))))
  return standing.toolchain.installed !== undefined && areUsable(standing.dependencies) ? 0 : 1
}

/** What `mochi up` does of it too: the git hooks, where they are missing. Resolves with how things stand then. */
export async function settleHooks(context: Context): Promise<Standing> {
  const before = await findStanding(context)
  if (before.hooks !== 'missing' || before.ci) return before
  await installHooks(context, before)
  return findStanding(context)
}

async function installHooks(context: Context, { toolchain }: Standing): Promise<void> {
  const lefthook = toolchain.installed === undefined ? 'lefthook' : `${toolchain.installed.path}/bin/lefthook`
  const own = await findOwnHook(context)
  const { code, stdout, stderr } = await context.run(lefthook, ['install'], { cwd: context.root })
  const output = `${stdout}${stderr}`.trim()
  if (code !== 0) warn(context, `The git hooks could not be installed; everything else works.\n${output}`)
  else if (own !== undefined) warn(context, keepHook(relative(context.root, own)))
}

/** The user's own hook, which lefthook is about to put aside as `.old`. */
async function findOwnHook(context: Context): Promise<string | undefined> {
  const file = await findHook(context)
  if (file === undefined) return undefined
  return readFile(file).then(
    () => file,
    () => undefined,
  )
}

function keepHook(path: string): string {
  const job = `pre-commit: {jobs: [{name: mine, run: ${path}.old}]}`
  return `Your own hook is now ${path}.old and no longer runs; to keep it: echo '${job}' >>lefthook-local.yml`
}

function warn({ stderr }: Context, text: string): void {
  stderr.write(`${paint(stderr, 'yellow', 'warning:')} ${text}\n`)
}

/** Hooks that could not be installed were told already; another setup would only fail in the same way. */
export function hooksSettled(standing: Standing): Standing {
  return standing.hooks === 'missing' ? { ...standing, hooks: 'outside' } : standing
}
