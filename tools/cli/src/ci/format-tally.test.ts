import { expect, test } from 'vitest'
import { findFailures } from '../report/find-failures.ts'
import { createJunit, createProject, createReport, createTask, FAILED } from '../report/testing.fixture.ts'
import { formatCounts, formatTally } from './format-tally.ts'

const nothing = { passed: 3, failed: 0, skipped: 0, failedTests: [], failedSteps: [] }

test('the last line holds the counts, and skipped tests only where there are any', () => {
  expect(formatTally(nothing)).toBe('3 passed, 0 failed\n')
  expect(formatCounts({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped')
})

test('each failed test is shown with its name, its file and the beginning of its message', () => {
  const message = Array.from({ length: 20 }, (_, line) => `line ${String(line)}`).join('\n')
  const text = formatTally({
    ...nothing,
    failed: 1,
    failedTests: [{ project: 'a', name: 'adds', file: 'libs/a/src/a.test.ts', message }],
  })
  expect(text).toContain('✗ adds\n    libs/a/src/a.test.ts\n    line 0\n')
  expect(text).not.toContain('line 19')
})

test('a failed task is shown with what it found first, the place of its whole output, and how to run it again', () => {
  const found = Array.from({ length: 25 }, (_, line) => `  ${line + 1}:3  error  No ${line}  some-rule`).join('\n')
  const output = `> eslint .\n\n/home/ann/libs/a/src/a.ts\n${found}\n`
  const tasks = [createTask({ status: 'failure', output })]
  const failures = findFailures(createReport({ projects: [createProject({ name: 'a', folder: 'libs/a', tasks })] }))
  const step = { name: 'a:lint', ok: false, output }
  const text = formatTally(
    { ...nothing, failed: 1, failedSteps: [step] },
    { failures, files: ['reports/logs/a.lint.log'] },
  )
  const lines = Array.from({ length: 10 }, (_, line) => `    libs/a/src/a.ts:${line + 1}:3  No ${line} (some-rule)\n`)
  expect(text).toBe(`✗ a:lint
${lines.join('')}    … 15 more
    log:   reports/logs/a.lint.log
    again: npx nx lint a

Failed: 1 task

3 passed, 1 failed
`)
})

test('a failed test is shown with the line where it failed', () => {
  const project = createProject({ junit: createJunit({ 'src/a.test.ts': [FAILED] }) })
  const failed = { project: 'foo', name: 'a <b>', file: 'apps/foo/src/a.test.ts', message: 'expected 1 to be 2' }
  const failures = findFailures(createReport({ projects: [project] }))
  const text = formatTally({ ...nothing, failed: 1, failedTests: [failed] }, { failures })
  expect(text).toContain(
    '✗ a <b>\n    apps/foo/src/a.test.ts:4:19\n    expected 1 to be 2\n    again: npx nx test foo\n\nFailed: 1 test\n',
  )
})

test('of hundreds of failed tests fifty are shown, and the others are counted', () => {
  const failedTests = Array.from({ length: 300 }, () => ({
    project: 'a',
    name: 'adds',
    file: 'a.test.ts',
    message: '',
  }))
  const text = formatTally({ ...nothing, failed: 300, failedTests })
  expect(text.match(/^✗ adds$/gm)).toHaveLength(50)
  expect(text).toContain('✗ 250 tests more: see the report\n')
})

test('a flake is told in a sentence, with how to run it again', () => {
  const times = { first: '2026-01-01T10:00:00.000Z', last: '2026-01-02T10:00:00.000Z' }
  const text = formatTally(nothing, { flakes: [{ task: 'a:coverage', hash: '1', passed: 3, failed: 1, ...times }] })
  expect(text).toBe(`! a:coverage is flaky: with nothing changed it passed 3 times and failed once
    first: 2026-01-01 10:00:00 UTC
    last:  2026-01-02 10:00:00 UTC
    again: npx nx coverage a --skip-nx-cache

3 passed, 0 failed
`)
})

test('what stands nowhere else in the log is shown whole', () => {
  const output = 'a line\n'.repeat(50)
  const text = formatTally({ ...nothing, failed: 1, failedSteps: [{ name: 'check', ok: false, output, whole: true }] })
  expect(text.match(/a line/g)).toHaveLength(50)
})

test('what the shared cache found is told, and each target that came out otherwise', () => {
  const cache = { hits: 3, misses: 1, stored: 1, lostMs: 0, differences: [{ task: 'a:build' }] }
  const text = formatTally(nothing, { cache })
  expect(text).toContain('! a:build was built again and is not what the build cache has')
  expect(text).toMatch(/Build cache: 3 of 4 found, 1 stored\n\n3 passed, 0 failed\n$/)
})
