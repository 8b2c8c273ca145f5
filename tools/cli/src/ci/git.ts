import type { Context } from '../context.ts'

/** Milliseconds for one call; only a remote that does not answer takes so long. */
const DEADLINE = 60_000

/** What git prints when it is called in `root`, without white space at the ends; `undefined` when it fails. */
export async function git(
  { root, run }: Pick<Context, 'root' | 'run'>,
  args: readonly string[],
): Promise<string | undefined> {
  const { code, stdout } = await run('git', args, { cwd: root, timeout: DEADLINE })
  return code === 0 ? stdout.trim() : undefined
}
