import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test } from 'vitest'
import type { CiFlags } from '../commands/ci.ts'
import type { Context, Run } from '../context.ts'
import type { Affected } from './affected.ts'
import type { Checks } from './checks.ts'
import { runCi } from './run.ts'
import { TARGETS } from './tally.ts'
import type { TaskResult } from './tally.ts'

const REPORT = 'libs/a/reports/coverage/junit.xml'
const BASE = 'c0ffee'.repeat(7).slice(0, 40)
const TASKS = ['lint', 'typecheck', 'coverage'] as const
const RESULTS: readonly TaskResult[] = TASKS.map((target) => ({
  ...{ project: 'a', target, ok: true, output: '', status: 'success', ms: 10, hash: `hash of ${target}` },
}))
const BROKEN = { ok: false, status: 'failure' } as const
const JUNIT = '<testsuites tests="2"><testcase name="one"/><testcase name="two"/></testsuites>'
const noFaults: Checks = {
  format: () => Promise.resolve([]),
  lintRoot: () => Promise.resolve([]),
  faults: () => Promise.resolve([]),
}
const finding = { rule: 'format', file: 'a.ts', message: 'The file is crooked.', mend: './mochi check --fix' }

test('the last line counts the tests of the reports, and the exit code is 0', async () => {
  await using rig = await createRig()
  expect(await rig.test()).toBe(0)
  expect(rig.lines().at(-1)).toBe('2 passed, 0 failed')
})

test('every step runs although an early one failed, and each counts in the last line', async () => {
  await using rig = await createRig()
  const faults = { format: () => Promise.resolve([finding]), faults: () => Promise.reject(new Error('a bug')) }
  expect(await rig.test({}, { ...noFaults, ...faults })).toBe(1)
  expect(rig.lines().at(-1)).toBe('2 passed, 2 failed')
  expect(rig.output()).toContain('a.ts  The file is crooked.')
  expect(rig.output()).toContain('Error: a bug')
})

test('the commands that mend are told as the user can type them, and in data as the documentation has them', async () => {
  const checks = { ...noFaults, format: () => Promise.resolve([finding]) }
  await using rig = await createRig()
  await rig.test({}, checks)
  expect(rig.output()).toContain('mend: ../mochi check --fix')
  await using other = await createRig()
  await other.test({ json: true }, checks)
  expect(other.output()).toContain('mend: ./mochi check --fix')
})

test('the report of an earlier run does not speak for this one', async () => {
  await using rig = await createRig({ report: undefined })
  await rig.folder.write({ [REPORT]: JUNIT })
  expect(await rig.test()).toBe(1)
  expect(rig.lines().at(-1)).toBe('0 passed, 1 failed')
  expect(rig.output()).toContain('a:report')
})

test('Nx that breaks down before it runs anything is a failure', async () => {
  await using rig = await createRig({ report: undefined, results: undefined, code: 1 })
  expect(await rig.test()).toBe(1)
  expect(rig.lines().at(-1)).toBe('0 passed, 4 failed')
  expect(rig.output()).toContain('nx run-many ended with 1')
})

test('all of it runs without the daemon, and soak reaches the tests', async () => {
  await using rig = await createRig()
  await rig.test({ soak: true })
  const { env, args } = rig.nx()
  expect(env).toMatchObject({ NX_DAEMON: 'false', MOCHI_SOAK: '30' })
  expect(args.slice(0, 5)).toEqual(['run-many', '--targets', TARGETS.join(','), '--projects', 'tag:slow,*'])
  expect(args).toContain('--outputStyle=static')
})

test('in CI the caches are those of the scope, and a directory that is set is kept; on a laptop they are the user’s', async () => {
  await using rig = await createRig({ env: { CI: 'true' } })
  await rig.test()
  const state = rig.folder.join('.nx/ci/branch-try')
  expect(rig.nx().env).toMatchObject({
    NX_CACHE_DIRECTORY: `${state}/cache`,
    NX_WORKSPACE_DATA_DIRECTORY: `${state}/data`,
  })
  await using other = await createRig({ env: { CI: '1', NX_CACHE_DIRECTORY: '/elsewhere' } })
  await other.test()
  expect(other.nx().env).toMatchObject({ NX_CACHE_DIRECTORY: '/elsewhere' })
  await using laptop = await createRig()
  await laptop.test()
  expect(laptop.nx().env).not.toHaveProperty('NX_CACHE_DIRECTORY')
})

test('a change is compared with where it left main, and each project says why it is checked', async () => {
  await using rig = await createRig()
  expect(await rig.test({ all: false })).toBe(0)
  expect(rig.nx().args.slice(0, 5)).toEqual(['affected', '--targets', TARGETS.join(','), '--base', BASE])
  expect(rig.output()).toContain(
    `1 file differs from ${BASE.slice(0, 12)}, where HEAD left origin/main: 1 of 2 projects`,
  )
  expect(rig.output()).toContain('a  libs/a/src/a.ts\n')
})

test('everything has nothing to be compared with', async () => {
  await using rig = await createRig()
  await expect(rig.test({ all: true, base: 'main' })).rejects.toMatchObject({ code: 'CLI_BASE_AND_ALL' })
  expect(rig.calls()).toBe(0)
})

test('where a change reaches no project Nx is not asked, and the checks of the whole still run', async () => {
  const faults = { ...noFaults, format: () => Promise.resolve([finding]) }
  await using rig = await createRig({ affected: [] })
  expect(await rig.test({ all: false }, faults)).toBe(1)
  expect(rig.calls()).toBe(0)
  expect(rig.lines().at(-1)).toBe('0 passed, 1 failed')
})

test('the reports are written, and the page is named', async () => {
  await using rig = await createRig()
  await rig.test()
  const files = ['codequality.json', 'cobertura.xml', 'index.html', 'junit.xml', 'lcov.info', 'summary.md']
  expect((await readdir(rig.folder.join('reports'))).sort()).toEqual(files.sort())
  expect(rig.output()).toContain('Report: reports/index.html')
})

test('on GitHub a failure is an annotation, and the summary of the job is added to', async () => {
  await using folder = await createFolder({ summary: 'before\n' })
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: folder.join('summary') }
  await using rig = await createRig({ env })
  await rig.test({}, { ...noFaults, format: () => Promise.resolve([finding]) })
  expect(rig.output()).toMatch(/^::error/m)
  expect(await readFile(folder.join('summary'), 'utf8')).toMatch(/^before\n[^]*Failed: 1 step/)
})

test('a task that ended both ways with nothing changed is told by name', async () => {
  await using rig = await createRig({ results: RESULTS.map((each) => ({ ...each, ...BROKEN })), code: 1 })
  expect(await rig.test()).toBe(1)
  rig.leaves(RESULTS)
  expect(await rig.test()).toBe(0)
  expect(rig.output()).toContain('! a:coverage is flaky')
})

test('a signal ends a run with its code, and the reports hold what had come to its end', async () => {
  const stopped = { ...RESULTS[2], project: 'a', target: 'coverage', ok: false, status: 'skipped' } as TaskResult
  const results = [...RESULTS.slice(0, 1), stopped]
  await using rig = await createRig({ results, code: 130, endsIn: 'tasks' })
  const never = { ...noFaults, lintRoot: () => new Promise<never>(() => undefined) }
  expect(await rig.test({}, never)).toBe(143)
  expect(rig.output()).toContain('✗ interrupted\n    SIGTERM ended the run before everything was checked.')
  expect(rig.lines().at(-1)).toBe('0 passed, 1 failed')
  const junit = await readFile(rig.folder.join('reports/junit.xml'), 'utf8')
  expect(junit.match(/<testsuite name="[^"]*"/g)).toEqual(['<testsuite name="mochi: interrupted"'])
  expect(await readFile(rig.folder.join('reports/summary.md'), 'utf8')).toContain('SIGTERM ended the run')
})

test('a run that is ended before it knows what to check says so in its reports too', async () => {
  await using rig = await createRig({ endsIn: 'selection' })
  expect(await rig.test()).toBe(130)
  expect(rig.calls()).toBe(0)
  expect(await readFile(rig.folder.join('reports/summary.md'), 'utf8')).toContain('SIGINT ended the run')
})

test('--json prints one document and nothing else', async () => {
  await using rig = await createRig()
  await rig.test({ json: true })
  expect(JSON.parse(rig.output())).toMatchObject({ passed: 2, failed: 0, failedTests: [], failedSteps: [] })
  expect(rig.nx().output).toBe('pipe')
})

type RigOptions = {
  /** What the coverage task leaves; undefined: nothing. */
  report?: string | undefined
  /** What the plugin leaves; undefined: nothing. */
  results?: readonly TaskResult[] | undefined
  code?: number
  env?: Record<string, string>
  affected?: readonly string[]
  /** During which part a signal ends the run. */
  endsIn?: 'selection' | 'tasks'
}

/** A workspace of two libraries, of which `a` differs, and a `run` that does what git and Nx would. */
async function createRig(options: RigOptions = {}) {
  const { endsIn } = options
  const { report, results, code, env, affected } = {
    report: JUNIT,
    results: RESULTS,
    code: 0,
    env: {},
    affected: ['a'],
    ...options,
  }
  const files = {
    'libs/a/package.json': '{"name": "@mochi/a"}',
    'libs/a/src/a.test.ts': '',
    'libs/b/package.json': '{"name": "@mochi/b"}',
  }
  const folder = await createFolder(files)
  const written: string[] = []
  const calls: { args: readonly string[]; env: Context['env']; output: string | undefined }[] = []
  const left = { results, code }
  const end = new AbortController()
  const run: Run = async (command, args, { env: given = {}, output } = {}) => {
    if (endsIn === 'selection') {
      end.abort('SIGINT')
      return { code: null, stdout: '', stderr: '' }
    }
    if (command === 'git') return { code: 0, stdout: gitAnswer(args, Object.keys(files)), stderr: '' }
    if (command === process.execPath)
      return { code: 0, stdout: JSON.stringify(createGraph(affected, args)), stderr: '' }
    calls.push({ args, env: given, output })
    if (endsIn === 'tasks') end.abort('SIGTERM')
    await leave(folder, given['MOCHI_TASK_RESULTS'], left.results && JSON.stringify(left.results))
    await leave(folder, folder.join(REPORT), report)
    return { code: left.code, stdout: '', stderr: '' }
  }
  const stdout = { write: (text: string) => void written.push(text), isTTY: false, color: false, columns: 80 }
  const clock = { now: () => Date.UTC(2026, 0, 1) }
  const context = {
    root: folder.path,
    home: '/home/ann',
    prefix: folder.join('prefix'),
    env,
    stdout,
    stderr: stdout,
    run,
    command: '../mochi',
    clock,
    interrupted: () => end.signal,
  }
  return {
    folder,
    test: (flags: Partial<CiFlags> = {}, checks = noFaults) =>
      runCi(context, { ...{ all: true, base: undefined, soak: false, json: false }, ...flags }, checks),
    output: () => written.join(''),
    lines: () => written.join('').trimEnd().split('\n'),
    calls: () => calls.length,
    nx: () => calls[0] ?? { args: [], env: {}, output: undefined },
    /** What the next run leaves. */
    leaves(next: readonly TaskResult[]) {
      Object.assign(left, { results: next, code: 0 })
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

function gitAnswer([command = '']: readonly string[], files: readonly string[]): string {
  if (command === 'ls-files') return files.join('\0')
  if (command === 'symbolic-ref') return 'try\n'
  return `${BASE}\n`
}

/** As Nx sees it; without a base all projects are affected. */
function createGraph(affected: readonly string[], [, base]: readonly string[]): Affected {
  const targets = [...TASKS]
  const projects = {
    a: { root: 'libs/a', targets, dependencies: [] },
    b: { root: 'libs/b', targets: [], dependencies: [] },
  }
  if (base === undefined) return { changed: [], projects, affected: ['a', 'b'], touched: {}, removed: {}, database: '' }
  return {
    changed: ['libs/a/src/a.ts'],
    projects,
    affected,
    touched: { a: ['libs/a/src/a.ts'] },
    removed: {},
    database: '',
  }
}

async function leave(folder: Folder, path: string | undefined, text: string | undefined): Promise<void> {
  if (path === undefined || text === undefined) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  expect(await readFile(path, 'utf8'), folder.path).toBe(text)
}
