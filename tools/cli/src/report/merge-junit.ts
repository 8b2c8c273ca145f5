import { findFailures } from './find-failures.ts'
import type { TaskFailure } from './find-failures.ts'
import { listFindings } from './list-findings.ts'
import type { CiReport, ReportedProject } from './report.ts'
import { outcomeOf, readSuites } from './read-suites.ts'
import type { Case, Note, Suite } from './read-suites.ts'
import { escapeMarkup, formatAttributes } from './xml.ts'

/**
 * One JUnit document of the whole run, as Jenkins' junit-10.xsd has it. Suites are named after their project, files are
 * paths from the root. Tasks and steps that failed are suites of their own, each with one failed test, so that a server
 * that reads only this file shows them; those that passed are none, so that its totals are the counts of the run.
 */
export function mergeJunit(report: Pick<CiReport, 'projects' | 'steps'>): string {
  const failures = findFailures(report).filter((failure) => failure.kind === 'task')
  const suites = [...report.projects.flatMap(suitesOf), ...failures.map(taskSuite)]
  const head = formatAttributes({ name: 'mochi', ...totals(suites.flatMap(({ cases }) => cases)) })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${head}>\n${suites.map(formatSuite).join('')}</testsuites>\n`
}

function suitesOf(project: ReportedProject): Suite[] {
  return readSuites(project).suites.map((suite) => ({ ...suite, name: `${project.name}: ${suite.name}` }))
}

function taskSuite(failure: TaskFailure): Suite {
  const { project, target, text, ms } = failure
  const notes: Note[] = [{ tag: 'failure', message: listFindings(failure)[0], type: undefined, text }]
  const test: Case = { name: target, file: project?.folder ?? 'mochi', time: ms / 1000, notes }
  return { name: `${project?.name ?? 'mochi'}: ${target}`, timestamp: undefined, cases: [test] }
}

/** The schema knows `skipped` of a suite only. */
function totals(cases: readonly Case[]): Record<string, number | string> {
  const count = (wanted: string) => cases.filter((test) => outcomeOf(test) === wanted).length
  const time = cases.reduce((sum, test) => sum + test.time, 0)
  return { tests: cases.length, failures: count('failure'), errors: count('error'), time: formatSeconds(time) }
}

function formatSuite({ name, timestamp, cases }: Suite): string {
  const skipped = cases.filter((test) => outcomeOf(test) === 'skipped').length
  const head = formatAttributes({ name, timestamp, ...totals(cases), skipped })
  return `  <testsuite${head}>\n${cases.map(formatCase).join('')}  </testsuite>\n`
}

function formatCase({ name, file, time, notes }: Case): string {
  const head = `    <testcase${formatAttributes({ classname: file, name, time: formatSeconds(time) })}`
  if (notes.length === 0) return `${head}/>\n`
  return `${head}>\n${notes.map(formatNote).join('')}    </testcase>\n`
}

function formatNote({ tag, message, type, text }: Note): string {
  return `      <${tag}${formatAttributes({ message, type })}>${escapeMarkup(text)}</${tag}>\n`
}

function formatSeconds(seconds: number): string {
  return seconds.toFixed(6)
}
