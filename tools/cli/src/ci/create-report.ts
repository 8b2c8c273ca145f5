import { findThresholdFaults } from '../report/find-threshold-faults.ts'
import type { CiReport } from '../report/report.ts'
import type { CheckedProject } from './selected-projects.ts'
import type { TaskResult } from './tally.ts'

export type ReportFacts = Omit<CiReport, 'projects'> & {
  projects: readonly CheckedProject[]
  tasks: readonly TaskResult[]
}

/** What the reports show, of what a run left. Pure. */
export function createReport({ projects, tasks, ...facts }: ReportFacts): CiReport {
  const { revision, base, started, ms, steps, flakes } = facts
  const { passed, failed, skipped } = facts.counts
  return {
    ...{ revision, base, started, ms, steps, flakes },
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
