import { countFailures } from '../report/count-failures.ts'
import type { Failure } from '../report/find-failures.ts'
import { count, formatIso, times } from '../report/page/words.ts'
import type { Flake } from '../report/report.ts'
import { commandOf, formatStep, formatTest } from './format-failure.ts'
import type { CacheAccount } from './nx.ts'
import type { Tally } from './tally.ts'

/** How many tests that failed the summary shows; all stand in the report. */
const SHOWN_TESTS = 50

type Extras = {
  flakes?: readonly Flake[]
  files?: readonly string[]
  cache?: CacheAccount | undefined
  /** The same failures as the reports have them, with their places. */
  failures?: readonly Failure[]
}

/** The summary of a run: each failed step and test, flakes, where the reports are, and as its last line the counts. */
export function formatTally(tally: Tally, { flakes = [], files = [], cache, failures = [] }: Extras = {}): string {
  const tasks = new Map(failures.flatMap((each) => (each.kind === 'task' ? [[each.title, each]] : [])))
  const tests = new Map(failures.flatMap((each) => (each.kind === 'test' ? [[testKey(each.test), each]] : [])))
  const steps = tally.failedSteps.map((step) => formatStep(step, tasks.get(step.name), files))
  const shown = tally.failedTests.slice(0, SHOWN_TESTS).map((test) => formatTest(test, tests.get(testKey(test))))
  const more = tally.failedTests.length - SHOWN_TESTS
  const page = files.find((file) => file.endsWith('.html'))
  const notes = [
    ...(more > 0 ? [`✗ ${count(more, 'test')} more: see the report`] : []),
    ...flakes.map(formatFlake),
    ...formatCache(cache),
    ...(page === undefined ? [] : [`Report: ${page}`]),
    ...(failures.length === 0 ? [] : [`Failed: ${countFailures(failures)}`]),
  ]
  return [...steps, ...shown, ...notes, formatCounts(tally)].join('\n\n') + '\n'
}

function testKey({ name, file }: { name: string; file: string }): string {
  return `${file} ${name}`
}

function formatCache(account: CacheAccount | undefined): string[] {
  if (account === undefined) return []
  const { hits, misses, stored, differences } = account
  const differing = differences.map(({ task }) => `! ${task} was built again and is not what the build cache has`)
  return [...differing, `Build cache: ${hits} of ${hits + misses} found, ${stored} stored`]
}

function formatFlake({ task, passed, failed, first, last }: Flake): string {
  const command = commandOf(task)
  return [
    `! ${task} is flaky: with nothing changed it passed ${times(passed)} and failed ${times(failed)}`,
    `    first: ${formatIso(first)}`,
    `    last:  ${formatIso(last)}`,
    ...(command === undefined ? [] : [`    again: ${command} --skip-nx-cache`]),
  ].join('\n')
}

/** `N passed, N failed`, and `, N skipped` when there are any. */
export function formatCounts({ passed, failed, skipped }: Pick<Tally, 'passed' | 'failed' | 'skipped'>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
