import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Context } from '../context.ts'

/**
 * `outside`: this is no git checkout, or git is not there, so that there is nothing to install hooks into. `elsewhere`: git
 * calls the hooks of another folder, which core.hooksPath names and in which lefthook installs nothing.
 */
export type HooksState = 'installed' | 'missing' | 'elsewhere' | 'outside'

/** What makes hooks that are elsewhere installable. */
export const UNSET_HOOKS_PATH = 'git config --unset core.hooksPath'

/** Whether git will call lefthook before a commit, wherever this checkout's hooks stand (a worktree, core.hooksPath). */
export async function probeHooks(context: Pick<Context, 'root' | 'run'>): Promise<HooksState> {
  const file = await findHook(context)
  if (file === undefined) return 'outside'
  const hook = await readFile(file, 'utf8').catch(() => '')
  if (hook.includes('lefthook')) return 'installed'
  return (await areElsewhere(context, dirname(file))) ? 'elsewhere' : 'missing'
}

/** Lefthook takes a core.hooksPath only when it is the absolute path of the folder that git would use without it. */
async function areElsewhere({ root, run }: Pick<Context, 'root' | 'run'>, folder: string): Promise<boolean> {
  const [given, common] = await Promise.all([
    run('git', ['config', '--get', 'core.hooksPath'], { cwd: root }),
    run('git', ['rev-parse', '--git-common-dir'], { cwd: root }),
  ])
  const path = given.stdout.trim()
  return given.code === 0 && !(path === folder && folder === resolve(root, common.stdout.trim(), 'hooks'))
}

/** The file that git calls before a commit, which need not be there; undefined where this is no git checkout. */
export async function findHook({ root, run }: Pick<Context, 'root' | 'run'>): Promise<string | undefined> {
  const { code, stdout } = await run('git', ['rev-parse', '--git-path', 'hooks/pre-commit'], { cwd: root })
  return code === 0 ? resolve(root, stdout.trim()) : undefined
}
