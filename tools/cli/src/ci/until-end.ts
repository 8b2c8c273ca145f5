import type { NxRun } from './nx.ts'
import type { SelectedProject } from './selected-projects.ts'
import type { TaskResult } from './tally.ts'

/**
 * What is known of a run that a signal has ended: the tasks that came to their end before it, and a failed step that says so,
 * in place of a failure for each task that did not. Pure.
 */
export function untilEnd({ tasks, cache }: NxRun, { reason }: Pick<AbortSignal, 'reason'>): NxRun {
  const output = [
    `${String(reason)} ended the run before everything was checked.`,
    'What had not come to its end by then is not in the report, and says nothing of its project.',
  ].join('\n')
  const step = { name: 'interrupted', ok: false, output, whole: true }
  return { tasks: tasks.filter(({ status }) => status !== 'skipped'), faults: [step], cache }
}

/** The projects with those targets alone that have a result. Pure. */
export function withResult(
  projects: readonly SelectedProject[],
  tasks: readonly TaskResult[],
): readonly SelectedProject[] {
  const ended = new Set(tasks.map(({ project, target }) => `${project}:${target}`))
  return projects.map((each) => ({
    ...each,
    targets: each.targets.filter((target) => ended.has(`${each.name}:${target}`)),
  }))
}
