import type { ReportedTask } from '../report/report.ts'
import type { FailedTest, Report } from '../test/junit.ts'

/** A step of the run that is no single test: the format, the checks, or one task of one project. */
export type Step = {
  name: string
  ok: boolean
  /** What it wrote, shown when it failed. */
  output: string
  /** True when the summary is the only place that shows it; else its end is enough. */
  whole?: boolean
}

/** How Nx ended one task; what the plugin leaves (tools/nx/src/task-results.ts). */
export type TaskResult = ReportedTask & { project: string; ok: boolean }

/** A project of the workspace with the report that its coverage task left: text, or undefined when there is none. */
export type TestedProject = {
  name: string
  folder: string
  /** The targets that it has. */
  targets: readonly string[]
  hasTests: boolean
  report: Report | string | undefined
}

/** A failed test with the project it stands in; its file is a path from the root. */
export type LocatedFailure = FailedTest & { project: string }

/** The whole run in numbers: each failed test and each failed step counts one. */
export type Tally = {
  passed: number
  failed: number
  skipped: number
  failedTests: readonly LocatedFailure[]
  failedSteps: readonly Step[]
}

/** The targets that run of every project that has them. */
export const TARGETS = ['lint', 'typecheck', 'coverage', 'build'] as const

/**
 * Counts a run. Nothing that should have happened is passed over in silence: a task without a result, a project with
 * tests and without a report, a damaged report are failures. A coverage task that failed because tests failed is counted
 * by its tests alone.
 */
export function tally(steps: readonly Step[], tasks: readonly TaskResult[], projects: readonly TestedProject[]): Tally {
  const failedTests = projects.flatMap(failuresOf)
  const failedSteps = [
    ...steps.filter(({ ok }) => !ok),
    ...projects.flatMap((project) => TARGETS.flatMap((target) => failedTask(project, target, tasks) ?? [])),
    ...projects.flatMap((project) => reportFault(project, tasks) ?? []),
  ]
  const reports = projects.flatMap(({ report }) => (isReport(report) ? [report] : []))
  const sum = (count: (report: Report) => number) => reports.reduce((total, report) => total + count(report), 0)
  return {
    passed: sum(({ passed }) => passed),
    failed: failedTests.length + failedSteps.length,
    skipped: sum(({ skipped }) => skipped),
    failedTests,
    failedSteps,
  }
}

function failuresOf({ name, folder, report }: TestedProject): LocatedFailure[] {
  if (!isReport(report)) return []
  return report.failed.map((test) => ({ ...test, file: `${folder}/${test.file}`, project: name }))
}

function failedTask(project: TestedProject, target: string, tasks: readonly TaskResult[]): Step | undefined {
  if (!project.targets.includes(target)) return undefined
  const name = `${project.name}:${target}`
  const result = taskOf(project, target, tasks)
  if (result === undefined) return { name, ok: false, output: 'Nx did not run it.' }
  if (result.ok || (target === 'coverage' && failuresOf(project).length > 0)) return undefined
  return { name, ok: false, output: result.output }
}

/** A report that is absent or damaged, unless the task has failed and is counted already. */
function reportFault(project: TestedProject, tasks: readonly TaskResult[]): Step | undefined {
  if (isReport(project.report) || taskOf(project, 'coverage', tasks)?.ok !== true) return undefined
  if (project.report === undefined && !project.hasTests) return undefined
  const fault = project.report ?? 'there is none, and the project has tests'
  return { name: `${project.name}:report`, ok: false, output: `${reportPath(project.folder)}: ${fault}.` }
}

function taskOf(project: TestedProject, target: string, tasks: readonly TaskResult[]): TaskResult | undefined {
  return tasks.find((task) => task.project === project.name && task.target === target)
}

function isReport(report: Report | string | undefined): report is Report {
  return typeof report === 'object'
}

/** Where a project's coverage task leaves its JUnit file, path from the root. */
export function reportPath(folder: string): string {
  return `${folder}/reports/coverage/junit.xml`
}
