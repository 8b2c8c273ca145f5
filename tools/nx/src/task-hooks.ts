import type { PostTasksExecution, PreTasksExecution } from '@nx/devkit'
import { findCache } from '@mochi/build-cache/find-cache'
import { forgetRelay, hideToken, isServerGiven } from './build-cache/variables.ts'
import { leaveCacheAccount, leaveTaskResults, toTaskResults } from './task-results.ts'

/** What a run without a shared cache pays is the reading of mochi.json: everything else is loaded where there is one. */
export const preTasksExecution: PreTasksExecution = async (_options, { id, workspaceRoot, argv }) => {
  const { env } = process
  const key = isServerGiven(env) ? undefined : findCache(workspaceRoot, env)
  if (key !== undefined) {
    const { loadHooks } = await import('./build-cache/load-hooks.ts')
    const { beginRun } = await loadHooks(env)
    const isVerbose = argv.includes('--verbose') || env['NX_VERBOSE_LOGGING'] === 'true'
    await beginRun({ id, root: workspaceRoot, key, isVerbose, env })
    runs.add(id)
  } else forgetRelay(env)
  hideToken(env)
}

const runs = new Set<string>()

export const postTasksExecution: PostTasksExecution = async (_options, { id, taskResults }) => {
  const results = toTaskResults(taskResults)
  leaveTaskResults(results)
  if (!runs.delete(id)) return
  const { endRun } = await import('./build-cache/hooks.ts')
  const { lines, account } = await endRun(id, results)
  if (account !== undefined) leaveCacheAccount(account)
  for (const line of lines) process.stderr.write(`${line}\n`)
}
