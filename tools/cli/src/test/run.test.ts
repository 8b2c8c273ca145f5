import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test } from 'vitest'
import type { Context, Run } from '../context.ts'
import { runTests } from './run.ts'
import type { Checks } from './run.ts'
import { TARGETS } from './tally.ts'

const REPORT = 'libs/a/reports/coverage/junit.xml'
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

test('Nx runs without its daemon, in CI with the checkout’s own cache, and soak reaches the tests', async () => {
  await using rig = await createRig({ env: { CI: 'true' } })
  await rig.test({ soak: true })
  const { env, args } = rig.nx()
  expect(env).toMatchObject({ NX_DAEMON: 'false', MOCHI_SOAK: '30', NX_CACHE_DIRECTORY: rig.folder.join('.nx/cache') })
  expect(args).toEqual([
    'run-many',
    '--targets',
    'lint,typecheck,coverage',
    '--projects',
    'tag:slow,*',
    '--outputStyle=static',
  ])
})

test('outside CI the cache is the user’s, and a directory that is set is kept', async () => {
  await using rig = await createRig()
  await rig.test()
  expect(rig.nx().env).not.toHaveProperty('NX_CACHE_DIRECTORY')
  expect(rig.nx().env).not.toHaveProperty('MOCHI_SOAK')
  await using other = await createRig({ env: { CI: '1', NX_CACHE_DIRECTORY: '/elsewhere' } })
  await other.test()
  expect(other.nx().env).toMatchObject({ NX_CACHE_DIRECTORY: '/elsewhere' })
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
  results?: readonly { project: string; target: string; ok: boolean; output: string }[] | undefined
  code?: number
  env?: Record<string, string>
}

/** A workspace of one library, and a `run` that does what git and Nx would. */
async function createRig(options: RigOptions = {}) {
  const results = TARGETS.map((target) => ({ project: 'a', target, ok: true, output: '' }))
  const { report, results: left, code, env } = { report: JUNIT, results, code: 0, env: {}, ...options }
  const files = { 'libs/a/package.json': '{"name": "@mochi/a"}', 'libs/a/src/a.test.ts': '' }
  const folder = await createFolder(files)
  const written: string[] = []
  const calls: { args: readonly string[]; env: Context['env']; output: string | undefined }[] = []
  const run: Run = async (command, args, { env: given = {}, output } = {}) => {
    if (command === 'git') return { code: 0, stdout: Object.keys(files).join('\0'), stderr: '' }
    calls.push({ args, env: given, output })
    await leave(folder, given['MOCHI_TASK_RESULTS'], left === undefined ? undefined : JSON.stringify(left))
    await leave(folder, folder.join(REPORT), report)
    return { code, stdout: '', stderr: '' }
  }
  const stdout = { write: (text: string) => void written.push(text), isTTY: false, color: false, columns: 80 }
  const context = { root: folder.path, home: '/home/ann', env, stdout, run, command: '../mochi' }
  return {
    folder,
    test: (flags: { soak?: boolean; json?: boolean } = {}, checks = noFaults) =>
      runTests(context, { soak: false, json: false, ...flags }, checks),
    output: () => written.join(''),
    lines: () => written.join('').trimEnd().split('\n'),
    nx: () => calls[0] ?? { args: [], env: {}, output: undefined },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

async function leave(folder: Folder, path: string | undefined, text: string | undefined): Promise<void> {
  if (path === undefined || text === undefined) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  expect(await readFile(path, 'utf8'), folder.path).toBe(text)
}
