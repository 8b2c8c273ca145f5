import { readCoverage, sumCoverage } from './coverage.ts'
import type { Coverage } from './coverage.ts'
import { findFailures } from './find-failures.ts'
import type { ReportedProject, ReportedTask } from './report.ts'
import { outcomeOf, readSuites } from './read-suites.ts'
import type { Case } from './read-suites.ts'

/** One project in figures. */
export type ProjectSummary = {
  project: ReportedProject
  ok: boolean
  tests: TestCounts
  /** Undefined where nothing was measured. */
  coverage: Coverage | undefined
  /** Milliseconds of its tasks together, as they took when they ran. */
  ms: number
  cached: number
}

export type TestCounts = { passed: number; failed: number; skipped: number; time: number }

/** A project in figures. A threshold that is not met is a failure. */
export function summarizeProject(project: ReportedProject): ProjectSummary {
  const suites = readSuites(project).suites
  const files = readCoverage(project)
  return {
    project,
    ok: findFailures({ projects: [project], steps: [] }).length === 0 && project.thresholds.length === 0,
    tests: countTests(suites.flatMap(({ cases }) => cases)),
    coverage: files.length === 0 ? undefined : sumCoverage(files),
    ms: project.tasks.reduce((sum, task) => sum + task.ms, 0),
    cached: project.tasks.filter(isCached).length,
  }
}

/** How the tests ended, and their seconds together. */
export function countTests(cases: readonly Case[]): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0, time: 0 }
  for (const test of cases) {
    const outcome = outcomeOf(test)
    counts[outcome === 'passed' || outcome === 'skipped' ? outcome : 'failed']++
    counts.time += test.time
  }
  return counts
}

/** Whether Nx took its result from a cache instead of running it. */
export function isCached({ status }: Pick<ReportedTask, 'status'>): boolean {
  return status === 'local-cache' || status === 'remote-cache'
}
