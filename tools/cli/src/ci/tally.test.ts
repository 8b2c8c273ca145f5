import { expect, test } from 'vitest'
import { tally } from './tally.ts'
import type { Step, TaskResult, TestedProject } from './tally.ts'

const report = (passed: number, failures: string[] = []) => ({
  passed,
  skipped: 0,
  failed: failures.map((name) => ({ name, file: 'src/a.test.ts', message: 'expected' })),
})
const project = (rest: Partial<TestedProject> = {}): TestedProject => ({
  name: 'a',
  folder: 'libs/a',
  hasTests: true,
  targets: ['lint', 'typecheck', 'coverage'],
  report: report(3),
  ...rest,
})
const task = (target: string, ok = true, output = 'words'): TaskResult => ({
  ...{ project: 'a', target, ok, output, ms: 10, hash: '1' },
  status: ok ? 'success' : 'failure',
})
const allWell = [task('lint'), task('typecheck'), task('coverage')]
const names = (steps: readonly Step[]) => steps.map(({ name }) => name)

test('passed tests are counted over all projects', () => {
  const other = project({ name: 'b', folder: 'libs/b', report: { ...report(2), skipped: 1 } })
  const tasks = [...allWell, ...allWell.map((done) => ({ ...done, project: 'b' }))]
  expect(tally([], tasks, [project(), other])).toMatchObject({ passed: 5, failed: 0, skipped: 1 })
})

test('a failed test is one failure, not two: its coverage task adds none', () => {
  const tasks = [task('lint'), task('typecheck'), task('coverage', false)]
  const result = tally([], tasks, [project({ report: report(2, ['adds']) })])
  expect(result).toMatchObject({ passed: 2, failed: 1, failedSteps: [] })
  expect(result.failedTests).toMatchObject([{ name: 'adds', file: 'libs/a/src/a.test.ts', project: 'a' }])
})

test('coverage that fails while its tests pass is a failure: a threshold, an unhandled error', () => {
  const tasks = [task('lint'), task('typecheck'), task('coverage', false, 'below the threshold')]
  expect(tally([], tasks, [project()])).toMatchObject({
    passed: 3,
    failed: 1,
    failedSteps: [{ name: 'a:coverage', output: 'below the threshold' }],
  })
})

test('every failed step and task is a failure', () => {
  const steps = [
    { name: 'format', ok: false, output: '' },
    { name: 'check', ok: true, output: '' },
  ]
  const result = tally(steps, [task('lint', false), task('typecheck', false), task('coverage')], [project()])
  expect(names(result.failedSteps)).toEqual(['format', 'a:lint', 'a:typecheck'])
  expect(result.failed).toBe(3)
})

test('a task that Nx did not run is a failure', () => {
  expect(names(tally([], [task('coverage')], [project()]).failedSteps)).toEqual(['a:lint', 'a:typecheck'])
})

test('a target that the project does not have is not missed', () => {
  expect(tally([], allWell, [project()]).failed).toBe(0)
  const service = project({ targets: ['lint', 'typecheck', 'coverage', 'build'] })
  expect(names(tally([], allWell, [service]).failedSteps)).toEqual(['a:build'])
})

test('a project with tests and without a report is a failure, although its task passed', () => {
  expect(names(tally([], allWell, [project({ report: undefined })]).failedSteps)).toEqual(['a:report'])
})

test('a damaged report is a failure, also of a project without tests', () => {
  const result = tally([], allWell, [project({ report: 'it is no XML', hasTests: false })])
  expect(result.failedSteps).toMatchObject([
    { name: 'a:report', output: expect.stringContaining('libs/a/reports/coverage') },
  ])
})

test('no report is needed where no tests are, nor counted twice where the task failed', () => {
  expect(tally([], allWell, [project({ report: undefined, hasTests: false })])).toMatchObject({ passed: 0, failed: 0 })
  const tasks = [task('lint'), task('typecheck'), task('coverage', false)]
  expect(names(tally([], tasks, [project({ report: undefined })]).failedSteps)).toEqual(['a:coverage'])
})
