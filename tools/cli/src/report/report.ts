/** Everything the reports of one run show: built by `mochi ci`, rendered by this folder. */
export type CiReport = {
  /** The commit that was checked. */
  revision: string
  /** What it was compared with; undefined when everything ran. */
  base: string | undefined
  started: Date
  ms: number
  counts: { passed: number; failed: number; skipped: number }
  projects: readonly ReportedProject[]
  /** What is no task of a project: format, lint of the root, check. */
  steps: readonly ReportedStep[]
  flakes: readonly Flake[]
}

export type ReportedProject = {
  name: string
  /** Path from the root. */
  folder: string
  /** Why it was affected, one line each: a changed file, a chain of dependencies, a shared input. */
  why: readonly string[]
  tasks: readonly ReportedTask[]
  /** The text of its JUnit file, paths from the project's folder; undefined when there is none. */
  junit: string | undefined
  /** The text of its lcov file, `SF` paths from the project's folder; undefined when there is none. */
  lcov: string | undefined
  /** Each line of the coverage task that says that a threshold is not met. */
  thresholds: readonly string[]
}

export type TaskStatus = 'success' | 'failure' | 'skipped' | 'local-cache' | 'remote-cache'

export type ReportedTask = { target: string; status: TaskStatus; ms: number; hash: string; output: string }

export type ReportedStep = { name: string; ok: boolean; output: string }

/** One task that ended both ways with the same inputs. */
export type Flake = {
  task: string
  hash: string
  passed: number
  failed: number
  /** ISO times of the first and the last run that is remembered. */
  first: string
  last: string
  lastFailure?: string
}

/** A place in a file that a CI server shows beside the change. */
export type Annotation = {
  /** Path from the root; where no file is known, the folder of the project, or `.`. */
  file: string
  line: number | undefined
  column: number | undefined
  severity: 'error' | 'warning'
  title: string
  message: string
}
