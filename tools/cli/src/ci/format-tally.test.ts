import { expect, test } from 'vitest'
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

test('each failed step is shown with the end of what it wrote, without colours', () => {
  const output = `\u001B[31m${Array.from({ length: 50 }, (_, line) => `line ${String(line)}`).join('\n')}\u001B[39m\n`
  const text = formatTally({ ...nothing, failed: 1, failedSteps: [{ name: 'a:lint', ok: false, output }] })
  expect(text).toMatch(/^✗ a:lint\n {4}… 20 lines before\n {4}line 20\n/)
  expect(text).toMatch(/line 49\n\n3 passed, 1 failed\n$/)
  expect(text).not.toContain('\u001B')
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
