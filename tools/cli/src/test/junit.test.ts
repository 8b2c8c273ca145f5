import { expect, test } from 'vitest'
import { parseJunit } from './junit.ts'

const report = (tests: number, cases: string) =>
  `<?xml version="1.0" encoding="UTF-8" ?>\n<testsuites name="vitest tests" tests="${tests}" failures="0" errors="0" time="1">
    <testsuite name="src/a.test.ts" tests="${tests}">${cases}</testsuite></testsuites>`
const passed = '<testcase classname="src/a.test.ts" name="works" time="0.1"></testcase>'
const failed = `<testcase classname="src/a.test.ts" name="a &gt; b &quot;c&quot;"><failure message="expected &lt;1&gt; &amp; 2&#10;next" type="AssertionError">
at src/a.test.ts:3:1</failure></testcase>`
const skipped = '<testcase classname="src/a.test.ts" name="later"><skipped/></testcase>'

test('passed, failed and skipped tests are counted, and a failed one has its name, file and message', () => {
  expect(parseJunit(report(4, passed + failed + skipped + passed))).toEqual({
    passed: 2,
    skipped: 1,
    failed: [{ name: 'a > b "c"', file: 'src/a.test.ts', message: 'expected <1> & 2\nnext' }],
  })
})

test('a file that could not be loaded is a failed test', () => {
  const broken = '<testcase classname="src/b.test.ts" name="src/b.test.ts"><error message="no such module"/></testcase>'
  expect(parseJunit(report(1, broken))).toMatchObject({ passed: 0, failed: [{ message: 'no such module' }] })
})

test('a report without tests is a report', () => {
  expect(parseJunit('<testsuites name="vitest tests" tests="0"></testsuites>')).toEqual({
    passed: 0,
    skipped: 0,
    failed: [],
  })
})

test.each([
  ['cut off', report(2, passed + passed).slice(0, -20)],
  ['empty', ''],
  ['HTML', '<!doctype html><html><body>Proxy</body></html>'],
  ['no XML', '{"tests": 1}'],
  ['lacking a test that its head counts', report(3, passed + passed)],
  ['without a count', '<testsuites></testsuites>'],
])('a report that is %s is damaged', (_, text) => {
  expect(parseJunit(text)).toBeTypeOf('string')
})

test('a long message with thousands of escaped characters is read', () => {
  const message = '&lt;&gt;'.repeat(20_000)
  const text = report(1, `<testcase classname="a" name="b"><failure message="${message}"/></testcase>`)
  expect(parseJunit(text)).toMatchObject({ failed: [{ message: '<>'.repeat(20_000) }] })
})
