import { cleanText } from './xml.ts'
import type { CiReport, ReportedProject, ReportedTask } from './report.ts'
import { outcomeOf, readSuites } from './read-suites.ts'
import type { Case } from './read-suites.ts'

/** Something that failed, as every report shows it. */
export type Failure = TestFailure | TaskFailure

export type TestFailure = { kind: 'test'; project: ReportedProject; test: Case; title: string; text: string }

/** A task of a project, or (without one) a step of the run. */
export type TaskFailure = {
  kind: 'task'
  project: ReportedProject | undefined
  target: string
  title: string
  text: string
  /** Milliseconds that it took; 0 where nobody knows. */
  ms: number
}

const TESTING: ReadonlySet<string> = new Set(['coverage', 'test'])

/**
 * What failed: tests, then tasks by project, then steps. As in the counts, a task that failed because tests failed is
 * shown by its tests alone, and a task that was skipped or a report that cannot be read is a failure of its own.
 */
export function findFailures({ projects, steps }: Pick<CiReport, 'projects' | 'steps'>): Failure[] {
  const tests = projects.flatMap(failedTests)
  const tasks = projects.flatMap((project) => [...failedTasks(project), ...damagedReport(project)])
  const titles = new Set(tasks.map(({ title }) => title))
  const failedSteps = steps
    .filter(({ ok, name }) => !ok && !titles.has(name))
    .map(({ name, output }) => createTask(undefined, name, output))
  return [...tests, ...tasks, ...failedSteps]
}

function failedTests(project: ReportedProject): TestFailure[] {
  return readSuites(project)
    .suites.flatMap(({ cases }) => cases)
    .filter((test) => isFailed(test))
    .map((test) => ({ kind: 'test', project, test, title: test.name, text: failureText(test) }))
}

function failedTasks(project: ReportedProject): TaskFailure[] {
  return project.tasks
    .filter((task) => task.status === 'skipped' || (isFailedTask(task) && !isToldByTests(task, project)))
    .map(({ target, status, output, ms }) => ({
      ...createTask(project, target, status === 'skipped' ? NOT_RUN : output),
      ms,
    }))
}

const NOT_RUN = 'It did not run to its end: a task that it needs failed, or the run was stopped.'

function isFailedTask({ status }: ReportedTask): boolean {
  return status === 'failure'
}

function isToldByTests({ target }: ReportedTask, project: ReportedProject): boolean {
  return TESTING.has(target) && failedTests(project).length > 0
}

/** Unless the task that writes it has failed, which is told already. */
function damagedReport(project: ReportedProject): TaskFailure[] {
  const { fault } = readSuites(project)
  if (fault === undefined || project.tasks.some((task) => isFailedTask(task) && TESTING.has(task.target))) return []
  return [createTask(project, 'report', `Its JUnit file is damaged: ${fault.replace(/\.$/, '')}.`)]
}

function createTask(project: ReportedProject | undefined, target: string, output: string): TaskFailure {
  const title = project === undefined ? target : `${project.name}:${target}`
  return { kind: 'task', project, target, title, text: cleanText(output).trim(), ms: 0 }
}

export function isFailed(test: Case): boolean {
  const outcome = outcomeOf(test)
  return outcome === 'failure' || outcome === 'error'
}

/** What vitest says of the failure, its frames included. */
function failureText({ notes }: Case): string {
  return notes
    .filter(({ tag }) => tag === 'failure' || tag === 'error')
    .map(({ text, message = '' }) => cleanText(text.trim() === '' ? message : text).trim())
    .join('\n\n')
}
