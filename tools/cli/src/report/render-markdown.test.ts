import { expect, test } from 'vitest'
import { renderMarkdown } from './render-markdown.ts'
import type { Flake } from './report.ts'
import { createJunit, createProject, createReport, createTask, FAILED, PASSED } from './testing.fixture.ts'

const lcov = 'SF:src/a.ts\nFN:1,f\nFNDA:1,f\nDA:1,1\nDA:2,0\nBRDA:1,0,0,1\nend_of_record\n'
const flake: Flake = { task: 'foo:coverage', hash: '1', passed: 3, failed: 1, first: '2026-01-01', last: '2026-01-02' }

test('the verdict comes first, then what failed with place and reason, flakes, coverage', () => {
  const thresholds = ['Coverage for lines (50%) does not meet global threshold (80%)']
  const text = renderMarkdown(
    createReport({
      base: 'fedcba9876543210',
      counts: { passed: 1200, failed: 1, skipped: 2 },
      projects: [createProject({ junit: createJunit({ 'src/a.test.ts': [FAILED, PASSED] }), lcov, thresholds })],
      flakes: [flake],
    }),
  )
  expect(text).toBe(`## ❌ Failed: 1 test; 1,200 tests passed, 2 skipped

\`0123456789ab\` · what changed since \`fedcba987654\` · 1 project · 1 min 1 s

### Findings (1)

| What | Where | Why |
| --- | --- | --- |
| foo: a &#60;b&#62; | apps/foo/src/a.test.ts:4:19 | AssertionError: expected 1 to be 2 |

### Flakes

| Task | Passed | Failed | First seen | Last seen |
| --- | --- | --- | --- | --- |
| foo&#58;coverage | 3 | 1 | 2026-01-01 | 2026-01-02 |

### Coverage

| Project | Lines | Branches | Functions | Thresholds not met |
| --- | --- | --- | --- | --- |
| foo | 50 % | 100 % | 100 % | Coverage for lines (50%) does not meet global threshold (80%) |
`)
})

test('a run in which nothing failed says so, and no more', () => {
  expect(renderMarkdown(createReport())).toBe(
    '## ✅ Passed: 1 test passed\n\n`0123456789ab` · everything · 0 projects · 1 min 1 s\n',
  )
})

test('tasks and tests that failed are counted apart, and so are the findings that are listed', () => {
  const output = '/x/apps/foo/src/a.ts\n  1:2  error  no  rule\n  2:2  error  no  rule\n'
  const tasks = [
    createTask({ status: 'failure', output }),
    createTask({ target: 'build', status: 'failure', output: 'no' }),
  ]
  const projects = [createProject({ tasks, junit: createJunit({ 'src/a.test.ts': [FAILED, PASSED] }) })]
  const steps = [{ name: 'format', ok: false, output: 'a.ts  is not formatted' }]
  const text = renderMarkdown(createReport({ projects, steps, counts: { passed: 1, failed: 4, skipped: 0 } }))
  expect(text).toMatch(/^## ❌ Failed: 1 test, 2 tasks, 1 step; 1 test passed$/m)
  expect(text).toMatch(/^### Findings \(5\)$/m)
})

test('a failed step is no passed run, even where it was not counted', () => {
  const steps = [{ name: 'format', ok: false, output: 'a.ts  is not formatted' }]
  expect(renderMarkdown(createReport({ steps }))).toMatch(/^## ❌ Failed/)
})

test.each([
  ['a cell', 'a | b\nc | d'],
  ['HTML', '<img src=x onerror=alert(1)>'],
  ['a link', '[x](https://registry.example) https://registry.example www.registry.example'],
  ['emphasis and code', '*a* _b_ `c` ~~d~~ \\e'],
  ['a mention or an issue', '@somebody #12 !34 :tada:'],
])('no text becomes %s', (_, output) => {
  const tasks = [createTask({ target: 'build', status: 'failure', output })]
  const row = renderMarkdown(createReport({ projects: [createProject({ tasks })] }))
    .split('\n')
    .find((line) => line.startsWith('| foo&#58;build'))
  expect(row?.replace(/^\| [^|]+ \| [^|]+ \| /, '').replace(/ \|$/, '')).not.toMatch(
    /[<>|`*_~\\[\]@!]|(?<!&)#|:\/\/|www\.|:tada:/,
  )
})

test('it stays far below the megabyte that GitHub takes, whatever happened', () => {
  const failed = FAILED.replace('expected 1', 'x'.repeat(10_000))
  const junit = createJunit({ 'src/a.test.ts': Array.from({ length: 1000 }, () => failed) })
  const projects = Array.from({ length: 300 }, (_, index) =>
    createProject({ name: `p${index}`, lcov, junit: index < 5 ? junit : undefined, thresholds: ['y'.repeat(5000)] }),
  )
  const text = renderMarkdown(createReport({ projects, flakes: Array.from({ length: 500 }, () => flake) }))
  expect(text.length).toBeLessThan(200_000)
  expect(text).toContain('4,950 more are in the report.')
  expect(text).toContain('100 more are in the report.')
  expect(text).toContain('450 more are in the report.')
})
