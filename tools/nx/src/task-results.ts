import { writeFileSync } from 'node:fs'
import type { PostTasksExecution } from '@nx/devkit'

/**
 * Leaves how each task of a run ended in the file `$MOCHI_TASK_RESULTS`, when the variable is set: `mochi test` counts
 * from it. An array of `{ project, target, ok, output }`.
 */
export const postTasksExecution: PostTasksExecution = (_options, { taskResults }) => {
  const path = process.env['MOCHI_TASK_RESULTS']
  if (path === undefined) return
  const results = Object.values(taskResults).map(({ task, status, terminalOutput }) => ({
    project: task.target.project,
    target: task.target.target,
    ok: status !== 'failure' && status !== 'skipped',
    output: terminalOutput ?? '',
  }))
  writeFileSync(path, JSON.stringify(results))
}
