import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Context } from '../context.ts'

/** `outside`: this is no git checkout, or git is not there, so that there is nothing to install hooks into. */
export type HooksState = 'installed' | 'missing' | 'outside'

/** Whether git will call lefthook before a commit, wherever this checkout's hooks stand (a worktree, core.hooksPath). */
export async function probeHooks({ root, run }: Pick<Context, 'root' | 'run'>): Promise<HooksState> {
  const { code, stdout } = await run('git', ['rev-parse', '--git-path', 'hooks/pre-commit'], { cwd: root })
  if (code !== 0) return 'outside'
  const hook = await readFile(resolve(root, stdout.trim()), 'utf8').catch(() => '')
  return hook.includes('lefthook') ? 'installed' : 'missing'
}
