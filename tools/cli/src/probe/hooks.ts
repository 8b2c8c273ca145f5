import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Context } from '../context.ts'

/** `outside`: this is no git checkout, or git is not there, so that there is nothing to install hooks into. */
export type HooksState = 'installed' | 'missing' | 'outside'

/** Whether git will call lefthook before a commit, wherever this checkout's hooks stand (a worktree, core.hooksPath). */
export async function probeHooks(context: Pick<Context, 'root' | 'run'>): Promise<HooksState> {
  const file = await findHook(context)
  if (file === undefined) return 'outside'
  const hook = await readFile(file, 'utf8').catch(() => '')
  return hook.includes('lefthook') ? 'installed' : 'missing'
}

/** The file that git calls before a commit, which need not be there; undefined where this is no git checkout. */
export async function findHook({ root, run }: Pick<Context, 'root' | 'run'>): Promise<string | undefined> {
  const { code, stdout } = await run('git', ['rev-parse', '--git-path', 'hooks/pre-commit'], { cwd: root })
  return code === 0 ? resolve(root, stdout.trim()) : undefined
}
