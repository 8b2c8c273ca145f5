import { readFile, symlink, writeFile } from 'node:fs/promises'
import { createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import { beforeAll, expect, test } from 'vitest'
import { formatFindings } from '../check/format-findings.ts'
import { findAnnotations } from './find-annotations.ts'
import { findThresholdFaults } from './find-threshold-faults.ts'
import type { Annotation, ReportedProject, ReportedStep } from './report.ts'
import { createJunit, createProject, createTask, FAILED, PASSED, STRAY } from './testing.fixture.ts'

/** What the tools of this repository really write about these sources, so that a change of their format is seen here. */
const sources = {
  'src/sign.ts': `export function sign(n: number): string {
  if (n === 0) throw new RangeError('no sign, 100%')
  return n < 0 ? 'minus' : 'plus'
}
export const never = (): number => 1
`,
  'src/a.test.ts': `import { describe, expect, test } from 'vitest'
import { sign } from './sign.ts'
describe('sign', () => {
  test('of <one>', () => {
    expect({ of: sign(1) }).toEqual({ of: 'minus' })
  })
  test('of nothing', () => {
    sign(0)
  })
  test('of a text', () => {
    throw 'text' // eslint-disable-line
  })
})
`,
  'src/b.test.ts': "import { test } from 'vitest'\nimport './nothing.ts'\ntest('never', () => undefined)\n",
  'src/c.test.ts': `import { test } from 'vitest'
test('strays', () => {
  void Promise.reject(new Error('stray'))
})
`,
  'src/bad.ts': `export const x: any = 1
export function f(): void {
  Promise.resolve()
}
export const y: { a: { b: string } } = { a: { b: 1 } }
// eslint-disable-next-line eqeqeq
export const z: string[] = [x] as number[]
`,
  'src/main.ts': "import './nothing-here.ts'\n",
}

const outputs = { vitest: '', junit: '', eslint: '', tsc: '', tscPretty: '', rolldown: '', coverage: '' }

beforeAll(async () => {
  await using root = await createFolder(
    Object.fromEntries(Object.entries(sources).map(([path, text]) => [`apps/foo/${path}`, text])),
  )
  await using passing = await createFolder({
    'package.json': '{ "type": "module" }',
    'src/sign.ts': sources['src/sign.ts'],
    'src/a.test.ts': "import { test } from 'vitest'\nimport './sign.ts'\ntest('a', () => undefined)\n",
  })
  const folder = await prepare(root.join('apps/foo'), root.join('apps/foo/tsconfig.json'))
  const run = async (tool: string, args: readonly string[], env: Record<string, string> = {}, cwd = folder) => {
    const found = await runProcess(`${workspaceRoot}/node_modules/.bin/${tool}`, args, {
      cwd,
      env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: undefined, VITEST: undefined, ...env },
    })
    return found.stdout + found.stderr
  }
  const vitest = ['run', '--config', `${workspaceRoot}/tools/presets/src/vitest.ts`, '--configLoader', 'native']
  const rolldown = ['-c', `${workspaceRoot}/tools/presets/src/rolldown.ts`]
  await symlink(`${workspaceRoot}/node_modules`, passing.join('node_modules'))
  ;[outputs.vitest, outputs.coverage, outputs.eslint, outputs.tsc, outputs.tscPretty, outputs.rolldown] =
    await Promise.all([
      run('vitest', vitest),
      run('vitest', [...vitest, '--coverage'], {}, passing.path),
      run('eslint', ['-c', `${workspaceRoot}/eslint.config.js`, 'src/bad.ts']),
      run('tsc', ['-p', '.'], { FORCE_COLOR: '0' }),
      run('tsc', ['-p', '.']),
      run('rolldown', rolldown),
    ])
  outputs.junit = await readFile(root.join('apps/foo/reports/test/junit.xml'), 'utf8')
})

test('a test that failed stands at its own line, with the error and without its stack', () => {
  expect(annotate({ junit: outputs.junit })).toContainEqual({
    file: 'apps/foo/src/a.test.ts',
    line: 5,
    column: 29,
    severity: 'error',
    title: 'foo: sign > of <one>',
    message: expect.stringMatching(/^AssertionError: expected .* to deeply equal [^❯]+minus[^❯]+$/),
  })
})

test('a test whose source throws stands at the line of the test, one that throws no error at its file', () => {
  const found = annotate({ junit: outputs.junit })
  expect(found.find(({ title }) => title.endsWith('of nothing'))).toMatchObject({
    line: 8,
    message: 'RangeError: no sign, 100%',
  })
  expect(found.find(({ title }) => title.endsWith('of a text'))).toMatchObject({
    file: 'apps/foo/src/a.test.ts',
    line: undefined,
    message: 'Unknown Error: text',
  })
})

test('a file that could not be loaded, and an error outside of any test, stand where they were made', () => {
  const found = annotate({ junit: outputs.junit })
  expect(found).toContainEqual(
    expect.objectContaining({ file: 'apps/foo/src/b.test.ts', message: expect.stringContaining('./nothing.ts') }),
  )
  expect(found).toContainEqual(
    expect.objectContaining({ file: 'apps/foo/src/c.test.ts', line: 3, message: 'Error: stray' }),
  )
  expect(found).toHaveLength(5)
})

test('what eslint says stands at its line, warnings too, whatever checkout it ran in', () => {
  const tasks = [createTask({ target: 'lint', status: 'failure', output: outputs.eslint })]
  expect(annotate({ tasks }).map(({ file, line, column, severity, title }) => [file, line, column, severity, title]))
    .toEqual([
      ['apps/foo/src/bad.ts', 1, 17, 'error', '@typescript-eslint/no-explicit-any'],
      ['apps/foo/src/bad.ts', 3, 3, 'error', '@typescript-eslint/no-floating-promises'],
      ['apps/foo/src/bad.ts', 6, 1, 'error', 'eslint'],
    ]) // prettier-ignore
  const warning = outputs.eslint.replaceAll('error', 'warning')
  const passed = [createTask({ target: 'lint', status: 'remote-cache', output: warning })]
  expect(annotate({ tasks: passed }).map(({ severity }) => severity)).toEqual(['warning', 'warning', 'warning'])
})

test.each(['tsc', 'tscPretty'] as const)('what %s says stands at its line, with what explains it', (key) => {
  const found = annotate({ tasks: [createTask({ target: 'typecheck', status: 'failure', output: outputs[key] })] })
  expect(found).toContainEqual({
    file: 'apps/foo/src/bad.ts',
    line: 7,
    column: expect.any(Number),
    severity: 'error',
    title: 'TS2322',
    message:
      "Type 'number[]' is not assignable to type 'string[]'.\n  Type 'number' is not assignable to type 'string'.",
  })
  expect(new Set(found.map(({ file }) => file))).toEqual(
    new Set(['bad.ts', 'b.test.ts', 'main.ts'].map((name) => `apps/foo/src/${name}`)),
  )
})

test('what rolldown says stands at its line', () => {
  const tasks = [createTask({ target: 'build', status: 'failure', output: outputs.rolldown })]
  expect(annotate({ tasks })).toEqual([
    expect.objectContaining({ file: 'apps/foo/src/main.ts', line: 1, title: 'UNRESOLVED_IMPORT' }),
  ])
})

test('a library is built by tsc, whose findings stand at their line too', () => {
  const output = '> node ../../tools/presets/src/build-lib.ts\r\n\r\nsrc/bar.ts:10:14 - error TS2322: No number.\n'
  expect(annotate({ tasks: [createTask({ target: 'build', status: 'failure', output })] })).toEqual([
    expect.objectContaining({ file: 'apps/foo/src/bar.ts', line: 10, column: 14, title: 'TS2322' }),
  ])
})

test('what tells no place begins with its first error, and not with its command line', () => {
  const output =
    '> make\r\n\r\nall well\nError: no disk\n  at a\nWarning: command "make" exited with non-zero status code'
  const [found] = annotate({ tasks: [createTask({ target: 'build', status: 'failure', output })] })
  expect(found?.message).toBe('Error: no disk\n  at a')
})

test('what vitest says of thresholds is found in its output, and stands at the project that sets them', () => {
  const thresholds = findThresholdFaults(outputs.coverage)
  expect(thresholds).toHaveLength(4)
  expect(thresholds[0]).toMatch(/^Coverage for lines \(\d+(\.\d+)?%\) does not meet global threshold \(80%\)$/)
  expect(findThresholdFaults(outputs.vitest)).toEqual([])
  const tasks = [createTask({ target: 'coverage', status: 'failure', output: outputs.coverage })]
  expect(annotate({ tasks, thresholds }).map(({ file, message }) => [file, message])).toEqual(
    thresholds.map((message) => ['apps/foo/package.json', message]),
  )
})

test('findings of our own checks stand at their file, line and mend included', () => {
  const findings = [
    { rule: 'ports', file: 'apps/a b.ts', message: 'Two ports.', mend: 'Change one' },
    { rule: 'sizes', file: 'libs/x/a.ts', line: 401, message: 'Too long.', mend: 'Split it' },
  ]
  const steps = [{ name: 'check', ok: false, output: formatFindings(findings) }]
  expect(annotate({}, steps)).toEqual([
    expect.objectContaining({
      file: 'apps/a b.ts',
      line: undefined,
      title: 'ports',
      message: 'Two ports.\nChange one',
    }),
    expect.objectContaining({ file: 'libs/x/a.ts', line: 401, title: 'sizes', message: 'Too long.\nSplit it' }),
  ])
  expect(annotate({}, steps.map((step) => ({ ...step, ok: true })))).toEqual([]) // prettier-ignore
})

test('what tells no place is an annotation without a line, with the end of its output', () => {
  const output = `${'much\n'.repeat(1000)}\u001b[31mthe reason\u001b[0m\n`
  const tasks = [
    createTask({ target: 'build', status: 'failure', output }),
    createTask({ target: 'lint', status: 'failure' }),
  ]
  const [first, second, step] = annotate({ tasks }, [{ name: 'check', ok: false, output: 'it broke' }])
  expect(first).toMatchObject({ file: 'apps/foo/package.json', line: undefined, title: 'foo:build' })
  expect(first?.message).toMatch(/^…\n(much\n)+the reason$/)
  expect(second).toMatchObject({ title: 'foo:lint', message: 'It failed and wrote nothing.' })
  expect(step).toMatchObject({ file: 'package.json', title: 'check', message: 'it broke' })
})

test('a flake is a warning at its project, after the errors', () => {
  const flake = { task: 'foo:coverage', hash: '1', passed: 3, failed: 1, first: '', last: '' }
  const project = createProject({ junit: createJunit({ 'src/a.test.ts': [FAILED, PASSED] }) })
  const found = findAnnotations({ projects: [project], steps: [], flakes: [flake] })
  expect(found.map(({ severity, file }) => [severity, file])).toEqual([
    ['error', 'apps/foo/src/a.test.ts'],
    ['warning', 'apps/foo/package.json'],
  ])
  expect(found[1]?.message).toContain('passed 3 times and failed once')
})

test.each([
  ['another package', ' ❯ ../../node_modules/vitest/dist/run.js:1:2'],
  ['a place outside of the repository', ' ❯ ../../../elsewhere/a.ts:1:2'],
  ['an absolute path', ' ❯ /checkout/apps/foo/src/a.ts:1:2'],
  ['Node itself', ' ❯ node:internal/process:1:2'],
])('a stack that only leads into %s gives no line', (_, frame) => {
  const stray = STRAY.replace(/ ❯ .*/, frame)
  const [found] = annotate({ junit: createJunit({ 'vitest unhandled errors': [stray] }) })
  expect(found).toMatchObject({ file: 'apps/foo/package.json', line: undefined })
})

test('no annotation has an absolute path', () => {
  const output = (target: string, text: string) => createTask({ target, status: 'failure', output: text })
  const tasks = [output('lint', outputs.eslint), output('typecheck', outputs.tsc), output('build', outputs.rolldown)]
  expect(annotate({ junit: outputs.junit, tasks }).filter(({ file }) => !file.startsWith('apps/foo/'))).toEqual([])
})

function annotate(project: Partial<ReportedProject>, steps: readonly ReportedStep[] = []): Annotation[] {
  return findAnnotations({ projects: [createProject(project)], steps, flakes: [] })
}

async function prepare(folder: string, tsconfig: string): Promise<string> {
  await writeFile(tsconfig, JSON.stringify({ extends: `${workspaceRoot}/tsconfig.base.json`, include: ['src'] }))
  await writeFile(`${folder}/package.json`, '{ "type": "module" }')
  await symlink(`${workspaceRoot}/node_modules`, `${folder}/node_modules`)
  return folder
}
