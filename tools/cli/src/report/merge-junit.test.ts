import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { parseJunit } from '../test/junit.ts'
import { mergeJunit } from './merge-junit.ts'
import { readSuites } from './read-suites.ts'
import { createJunit, createProject, createTask, FAILED, PASSED, SKIPPED, STRAY } from './testing.fixture.ts'

const foo = createProject({
  junit: createJunit({
    'src/a.test.ts': [PASSED, FAILED],
    'src/b.test.ts': [SKIPPED],
    'vitest unhandled errors': [STRAY],
  }),
})
const bar = createProject({ name: 'bar', folder: 'libs/bar', junit: createJunit({ 'src/a.test.ts': [PASSED] }) })
const lint = createTask({ status: 'failure', output: '\u001b[31msrc/a.ts\u001b[0m\n  1:2  error  no\u0000 <any>\n' })
const all = {
  projects: [foo, { ...bar, tasks: [lint, createTask({ target: 'build' })] }],
  steps: [
    { name: 'format', ok: false, output: 'a.ts  is not formatted' },
    { name: 'check', ok: true, output: '' },
  ],
}

test('the tests of all projects are one document, which the reader of single ones reads', () => {
  expect(parseJunit(mergeJunit(all))).toEqual({
    passed: 2,
    skipped: 1,
    failed: [
      { name: 'a <b>', file: 'apps/foo/src/a.test.ts', message: 'expected 1 to be 2' },
      { name: 'Unhandled Rejection: stray', file: 'vitest unhandled errors', message: 'stray' },
      { name: 'lint', file: 'libs/bar', message: '1:2  error  no\uFFFD <any>' },
      { name: 'format', file: 'mochi', message: 'a.ts  is not formatted' },
    ],
  })
})

test('suites are named after their project; a task or step is one where it failed', () => {
  expect(
    elements(mergeJunit(all)).flatMap(({ name, attributes }) => (name === 'testsuite' ? attributes['name'] : [])),
  ).toEqual([
    'foo: src/a.test.ts',
    'foo: src/b.test.ts',
    'foo: vitest unhandled errors',
    'bar: src/a.test.ts',
    'bar: lint',
    'mochi: format',
  ])
})

test('every total is the sum of its parts', () => {
  const [whole, ...suites] = elements(mergeJunit(all)).filter(({ name }) => name.startsWith('testsuite'))
  const sum = (key: string) => suites.reduce((total, { attributes }) => total + Number(attributes[key]), 0)
  expect(whole?.attributes).toMatchObject({ tests: '7', failures: '3', errors: '1' })
  expect([sum('tests'), sum('failures'), sum('errors'), sum('skipped')]).toEqual([7, 3, 1, 1])
  expect(Number(whole?.attributes['time'])).toBeCloseTo(sum('time'))
})

test('it has the elements and attributes of the schema that Jenkins checks, and no others', () => {
  expect(elements(mergeJunit(all)).flatMap(faultsOf)).toEqual([])
  expect(elements('<testsuites skipped="1"><case/></testsuites>').flatMap(faultsOf)).toEqual([
    'testsuites skipped',
    'case in testsuites',
  ])
})

test('colours and control characters of an output do not break the document, its text is kept', () => {
  const text = mergeJunit(all)
  // eslint-disable-next-line no-control-regex -- what XML forbids
  expect(text).not.toMatch(/[\u0000-\u0008\u001b]/)
  expect(text).toContain('1:2  error  no\uFFFD &lt;any&gt;')
})

test('a coverage task that failed because a test failed is told by the test alone, otherwise by itself', () => {
  const coverage = createTask({ target: 'coverage', status: 'failure', output: 'below the threshold' })
  const failedOf = (junit: string) => {
    const report = parseJunit(mergeJunit({ projects: [createProject({ junit, tasks: [coverage] })], steps: [] }))
    return typeof report === 'string' ? report : report.failed.map(({ name }) => name)
  }
  expect(failedOf(createJunit({ 'src/a.test.ts': [FAILED] }))).toEqual(['a <b>'])
  expect(failedOf(createJunit({ 'src/a.test.ts': [PASSED] }))).toEqual(['coverage'])
})

test('a damaged report of one project is a failure, and takes nothing from the others', () => {
  const report = parseJunit(mergeJunit({ projects: [createProject({ junit: '<testsuites' }), bar], steps: [] }))
  expect(report).toMatchObject({ passed: 1, failed: [{ name: 'report', file: 'apps/foo' }] })
})

test('a damaged report of a task that failed is told by the task; a task that was skipped is a failure', () => {
  const tasks = [
    createTask({ target: 'coverage', status: 'failure', output: 'killed' }),
    createTask({ target: 'build', status: 'skipped' }),
  ]
  const report = parseJunit(mergeJunit({ projects: [createProject({ junit: '<testsuites', tasks })], steps: [] }))
  expect(report).toMatchObject({ failed: [{ name: 'coverage', message: 'killed' }, { name: 'build' }] })
})

test.each([
  ['cut off', createJunit({ 'src/a.test.ts': [PASSED] }).slice(0, -20)],
  ['HTML', '<!doctype html><html><body>Proxy</body></html>'],
  ['empty', ''],
  ['lacking a test that its head counts', createJunit({ 'src/a.test.ts': [PASSED] }).replace('tests="1"', 'tests="2"')],
  ['without a suite', '<testsuites tests="2"><testcase name="one"/><testcase name="two"/></testsuites>'],
  ['whole', createJunit({ 'src/a.test.ts': [PASSED] })],
])('a report that is %s is damaged here as where the run is counted', (_, junit) => {
  const told = parseJunit(junit)
  expect(readSuites(createProject({ junit })).fault).toBe(typeof told === 'string' ? told : undefined)
})

test('a failure that stands among the steps and the tasks is counted once', () => {
  const steps = [{ name: 'bar:lint', ok: false, output: 'as above' }]
  expect(parseJunit(mergeJunit({ projects: [{ ...bar, tasks: [lint] }], steps }))).toMatchObject({
    failed: [{ name: 'lint' }],
  })
})

test.each([
  [
    'lint',
    '> ../../node_modules/.bin/eslint .\r\n\r\n\u001b[4m/x/libs/bar/src/a.ts\u001b[24m\r\n  \u001b[2m3:5\u001b[22m  \u001b[31merror\u001b[39m  Unexpected any  \u001b[2mno-explicit-any\u001b[22m\r\n',
    'libs/bar/src/a.ts:3:5  Unexpected any (no-explicit-any)',
  ],
  [
    'typecheck',
    '> ../../node_modules/.bin/tsc -p .\r\n\r\n\u001b[96msrc/a.ts\u001b[0m:\u001b[93m1\u001b[0m:\u001b[93m14\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2322: \u001b[0mNo number.\r\n',
    'libs/bar/src/a.ts:1:14  No number. (TS2322)',
  ],
  [
    'coverage',
    '> vitest run\r\n\r\n RUN  v4\r\n\r\n\u001b[31mStartup Error\u001b[39m: no config\r\n',
    'Startup Error: no config',
  ],
  ['build', '> make\n\nall well\nWarning: command "make" exited with non-zero status code', 'all well'],
  ['build', '> make\r\n\r\n', 'it failed and wrote nothing'],
])('a failed task of %s says first what it found first, and how long it took', (target, output, message) => {
  const tasks = [createTask({ target, status: 'failure', output, ms: 2500 })]
  const text = mergeJunit({ projects: [{ ...bar, junit: undefined, tasks }], steps: [] })
  expect(parseJunit(text)).toMatchObject({ failed: [{ name: target, message }] })
  const [, , task] = elements(text)
  expect(task?.attributes['time']).toBe('2.500000')
  expect(text).not.toMatch(/\r|&#13;/)
})

test('a threshold that is not met is what coverage found', () => {
  const tasks = [createTask({ target: 'coverage', status: 'failure', output: '> vitest\r\n\r\n ✓ a fine error\n' })]
  const thresholds = ['Coverage for lines (50%) does not meet global threshold (80%)']
  const text = mergeJunit({ projects: [{ ...bar, tasks, thresholds }], steps: [] })
  expect(parseJunit(text)).toMatchObject({ failed: [{ name: 'coverage', message: thresholds[0] }] })
})

test('what a test wrote is kept', () => {
  const loud = PASSED.replace('></', '><system-out>a &amp; b</system-out></')
  const junit = createJunit({ 'src/a.test.ts': [loud] })
  expect(mergeJunit({ projects: [createProject({ junit })], steps: [] })).toContain(
    '<system-out>a &amp; b</system-out>',
  )
})

type Element = { name: string; parent: string; attributes: Record<string, string> }

function elements(text: string): Element[] {
  const found: Element[] = []
  const open: string[] = []
  const parser = new SaxesParser({ xmlns: false })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    found.push({ name, parent: open.at(-1) ?? '', attributes })
    open.push(name)
  })
  parser.on('closetag', () => open.pop())
  parser.write(text).close()
  return found
}

/** Of junit-10.xsd of Jenkins' xUnit plugin: where an element may stand, what it must and may have. */
const SCHEMA: Readonly<Record<string, { in: string; must: readonly string[]; may: readonly string[] }>> = {
  testsuites: { in: '', must: [], may: ['name', 'time', 'tests', 'failures', 'errors', 'disabled'] },
  testsuite: {
    in: 'testsuites',
    must: ['name', 'tests', 'failures', 'errors'],
    may: ['time', 'skipped', 'timestamp', 'hostname', 'file'],
  },
  testcase: { in: 'testsuite', must: ['name'], may: ['classname', 'time', 'file', 'line'] },
  failure: { in: 'testcase', must: [], may: ['message', 'type'] },
  error: { in: 'testcase', must: [], may: ['message', 'type'] },
  skipped: { in: 'testcase', must: [], may: ['message', 'type'] },
  'system-out': { in: 'testcase', must: [], may: [] },
}

function faultsOf({ name, parent, attributes }: Element): string[] {
  const rule = SCHEMA[name]
  if (rule?.in !== parent) return [`${name} in ${parent}`]
  return [
    ...rule.must.filter((key) => !(key in attributes)).map((key) => `${name} without ${key}`),
    ...Object.keys(attributes)
      .filter((key) => ![...rule.must, ...rule.may].includes(key))
      .map((key) => `${name} ${key}`),
  ]
}
