import { expect, test } from 'vitest'
import { findFailures } from '../report/find-failures.ts'
import { createReport } from './create-report.ts'
import { tally } from './tally.ts'
import type { Step, TaskResult } from './tally.ts'

const project = {
  ...{ name: 'a', folder: 'libs/a', why: [], hasTests: true, junit: undefined, lcov: undefined, report: undefined },
  targets: ['lint', 'typecheck', 'coverage', 'build'],
}
const task = (target: string, parts: Partial<TaskResult> = {}): TaskResult => ({
  ...{ project: 'a', target, ok: true, output: '', status: 'success', ms: 1, hash: '1' },
  ...parts,
})

test('everything that is counted as failed is shown, and once: steps, tasks, what did not run, a report that is not there', () => {
  const tasks = [
    task('lint', { ok: false, status: 'failure' }),
    task('coverage'),
    task('build', { ok: false, status: 'skipped' }),
  ]
  const steps: Step[] = [
    { name: 'format', ok: true, output: '' },
    { name: 'check', ok: false, output: '' },
  ]
  const counts = tally(steps, tasks, [project])
  const facts = { revision: 'abc', base: undefined, started: new Date(0), ms: 1, flakes: [] }
  const report = createReport({ ...facts, projects: [project], tasks, steps, counts })
  const shown = findFailures(report).map(({ title }) => title)
  expect(shown.toSorted()).toEqual(['a:build', 'a:lint', 'a:report', 'a:typecheck', 'check'])
  expect(report.counts.failed).toBe(shown.length)
})
