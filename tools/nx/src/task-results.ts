import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PostTasksExecution } from '@nx/devkit'
import type { Account } from './build-cache/account.ts'

type NxResults = Parameters<NonNullable<PostTasksExecution>>[1]['taskResults']
type NxResult = NxResults[string]

/** How one task of a run ended. */
export type TaskResult = {
  project: string
  target: string
  ok: boolean
  output: string
  /** Nx's key of the task in its caches: what it was computed from. */
  hash: string
  /** A task of which Nx found the outputs in place is `local-cache` too. */
  status: 'success' | 'failure' | 'skipped' | 'local-cache' | 'remote-cache'
  /** How long it ran, or took to be restored. */
  ms: number
}

/**
 * Leaves how each task of a run ended in the file `$MOCHI_TASK_RESULTS`, when the variable is set: `mochi test` counts
 * from it. An array of `TaskResult`.
 */
export function leaveTaskResults(results: readonly TaskResult[], path = process.env['MOCHI_TASK_RESULTS']): void {
  if (path !== undefined) writeFileSync(path, JSON.stringify(results))
}

/** Leaves what the shared cache did in the run, beside the account of its tasks: in `cache.json`, an `Account`. */
export function leaveCacheAccount(account: Account, path = process.env['MOCHI_TASK_RESULTS']): void {
  if (path !== undefined) writeFileSync(join(dirname(path), 'cache.json'), JSON.stringify(account))
}

export function toTaskResults(taskResults: NxResults): TaskResult[] {
  return Object.values(taskResults).map(({ task, status, terminalOutput }) => {
    const known = statusOf(status)
    return {
      project: task.target.project,
      target: task.target.target,
      ok: known !== 'failure' && known !== 'skipped',
      output: terminalOutput ?? '',
      hash: task.hash ?? '',
      status: known,
      ms: task.startTime === undefined || task.endTime === undefined ? 0 : task.endTime - task.startTime,
    }
  })
}

/** A task that was stopped on the way says nothing about its project: like one that never began. */
function statusOf(status: NxResult['status']): TaskResult['status'] {
  if (status === 'local-cache-kept-existing') return 'local-cache'
  return status === 'stopped' ? 'skipped' : status
}
