import { findThresholdFaults } from '../report/find-threshold-faults.ts'
import type { CiReport } from '../report/report.ts'
import type { CheckedProject } from './selected-projects.ts'
import type { Step, Tally, TaskResult } from './tally.ts'

export type ReportFacts = Omit<CiReport, 'projects' | 'counts'> & {
  counts: Pick<Tally, 'passed' | 'failed' | 'skipped' | 'failedSteps'>
  projects: readonly CheckedProject[]
  tasks: readonly TaskResult[]
}

/** What the reports show, of what a run left. Pure. */
export function createReport({ projects, tasks, ...facts }: ReportFacts): CiReport {
  const { revision, base, started, ms, flakes } = facts
  const { passed, failed, skipped } = facts.counts
  return {
    ...{ revision, base, started, ms, flakes },
    steps: [...facts.steps, ...findUntold(facts, tasks)],
    counts: { passed, failed, skipped },
    projects: projects.map(({ name, folder, why, junit, lcov }) => {
      const own = tasks.filter(({ project }) => project === name)
      return {
        ...{ name, folder, why, junit, lcov },
        tasks: own.map(({ target, status, ms: taskMs, hash, output }) => ({
          target,
          status,
          ms: taskMs,
          hash,
          output,
        })),
        thresholds: own
          .filter(({ target }) => target === 'coverage')
          .flatMap(({ output }) => findThresholdFaults(output)),
      }
    }),
  }
}

/** What was counted and is neither a step nor a task that ended: one that Nx did not run, a report that is not there. */
function findUntold({ counts, steps }: Pick<ReportFacts, 'counts' | 'steps'>, tasks: readonly TaskResult[]): Step[] {
  const told = new Set([
    ...steps.map(({ name }) => name),
    ...tasks.map(({ project, target }) => `${project}:${target}`),
  ])
  return counts.failedSteps.filter(({ name }) => !told.has(name))
}
