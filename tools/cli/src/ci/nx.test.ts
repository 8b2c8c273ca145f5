import { execFile } from 'node:child_process'
import { cp, readFile, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createFolder, isolatedEnvironment, workspaceRoot } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test, vi } from 'vitest'
import { createRun } from '../run-process.ts'
import { explainAffected } from './affected.ts'
import { runNx } from './nx.ts'
import { untilEnd } from './until-end.ts'
import { readAffected } from './read-affected.ts'
import { adoptDatabase, beginWithMain, stateFolder } from './state-folder.ts'
import type { NxOptions, NxRun } from './nx.ts'

const execute = promisify(execFile)
const AUTHOR = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com']

/** What a project of tools/ has of the targets that run. */
const WELL = { lint: 'true', typecheck: 'true', coverage: 'true' }
const TASKS = Object.keys(WELL)

test('Nx gives an account of every task of every project, failed ones with their words', async () => {
  await using folder = await createWorkspace({
    right: { targets: { lint: 'echo tidy', typecheck: 'true', coverage: 'true' } },
    wrong: { targets: { lint: 'true', typecheck: "echo 'this is no number' && exit 2", coverage: 'true' } },
  })
  const { tasks, faults } = await runIn(folder)

  expect(faults).toEqual([])
  expect(tasks.map(({ project, target, ok }) => `${project}:${target} ${ok ? 'ok' : 'failed'}`).sort()).toEqual([
    'right:coverage ok',
    'right:lint ok',
    'right:typecheck ok',
    'wrong:coverage ok',
    'wrong:lint ok',
    'wrong:typecheck failed',
  ])
  expect(tasks.find(({ ok }) => !ok)?.output).toContain('this is no number')
})

test('without a history of their times, the tasks of projects that are tagged slow start first', async () => {
  const project = (name: string, ...tags: string[]) => ({
    [name]: { tags, targets: Object.fromEntries(TASKS.map((target) => [target, `echo ${name} >>order`])) },
  })
  await using folder = await createWorkspace({ ...project('a'), ...project('b', 'slow'), ...project('c') })
  await runIn(folder, { NX_PARALLEL: '1' })

  const order = (await readFile(folder.join('order'), 'utf8')).trim().split('\n')
  expect(order).toEqual(['b', 'b', 'b', 'a', 'a', 'a', 'c', 'c', 'c'])
})

test('the runs of one scope of trust keep a cache of their own', async () => {
  await using folder = await createWorkspace({ a: { targets: { ...WELL, lint: 'echo x >>runs' } } })
  const runs = async () => (await readFile(folder.join('runs'), 'utf8')).trim().split('\n').length
  for (const scope of ['main', 'main', 'pr-1', 'main']) {
    await runIn(folder, { NX_CACHE_DIRECTORY: undefined }, { stateFolder: folder.join('.nx/ci', scope) })
  }
  expect(await runs()).toBe(2)
})

test('a branch begins with what main has left, and main reads nothing of a branch', async () => {
  await using folder = await createWorkspace({ a: { targets: { ...WELL, lint: 'echo x >>runs' } } })
  const runs = async () => (await readFile(folder.join('runs'), 'utf8')).trim().split('\n').length
  const runAs = async (scope: string) => {
    await beginWithMain(folder.path, { scope })
    await runIn(folder, { NX_CACHE_DIRECTORY: undefined }, { stateFolder: stateFolder(folder.path, { scope }) })
  }
  await runAs('main')
  await runAs('pr-1')
  expect(await runs()).toBe(1)
  await folder.write({ 'tools/a/made-by-a-branch': '' })
  await runAs('pr-1')
  await runAs('main')
  expect(await runs()).toBe(3)
})

test('what another machine has kept is found after it is restored here', async () => {
  await using folder = await createWorkspace({ a: { targets: { ...WELL, lint: 'echo x >>runs' } } })
  const state = stateFolder(folder.path, { scope: 'main' })
  const run = () => runIn(folder, { NX_CACHE_DIRECTORY: undefined }, { stateFolder: state })
  const runs = async () => (await readFile(folder.join('runs'), 'utf8')).trim().split('\n').length
  await run()
  const { database } = await readAffected(
    { root: workspaceRoot, env: process.env, run: createRun({ cwd: workspaceRoot, env: process.env }) },
    undefined,
  )
  await rename(join(state, 'data', database), join(state, 'data', 'another-machine-v3.db'))
  await adoptDatabase(state, database)
  await run()
  expect(await runs()).toBe(1)

  await rename(join(state, 'data', database), join(state, 'data', 'another-machine-v3.db'))
  await run()
  expect(await runs(), 'a naive restore is a miss').toBe(2)
})

test('of a change only what it reaches runs', async () => {
  await using folder = await createWorkspace({ right: { targets: WELL }, wrong: { targets: WELL } })
  const git = (...args: string[]) =>
    execute('git', [...AUTHOR, ...args], { cwd: folder.path, env: isolatedEnvironment(folder.path) })
  await git('init', '--quiet')
  await git('add', '--all')
  await git('commit', '--quiet', '-m', 'all')
  await folder.write({ 'tools/wrong/README.md': 'changed' })
  const { tasks, faults } = await runIn(folder, {}, { base: 'HEAD' })
  expect(faults).toEqual([])
  expect(new Set(tasks.map(({ project }) => project))).toEqual(new Set(['wrong']))
})

test('what is no terminal gets no colours and no carriage returns, from the cache neither', async () => {
  const paint = 'node paint.cjs'
  await using folder = await createWorkspace({
    a: { targets: { ...WELL, lint: paint, typecheck: `${paint} && false` } },
  })
  await folder.write({ 'paint.cjs': "console.log('\\x1b[31mred\\x1b[39m\\r\\nwarm')" })
  for (const from of ['the tools', 'the cache']) {
    let shown = ''
    const { tasks } = await runIn(folder, { FORCE_COLOR: '1' }, { quiet: false, onWrite: (text) => (shown += text) })
    expect(shown, from).toContain('\nred\nwarm\n')
    // eslint-disable-next-line no-control-regex -- what a terminal alone understands
    expect(shown + tasks.map(({ output }) => output).join(''), from).not.toMatch(/[\u001b\r]/)
  }
})

test('Nx writes nothing of its own to the summary of a job on GitHub', async () => {
  await using folder = await createWorkspace({ a: { targets: WELL } })
  await folder.write({ summary: '' })
  await runIn(folder, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: folder.join('summary') }, { quiet: false })
  expect(await readFile(folder.join('summary'), 'utf8')).toBe('')
})

test('Nx that is ended takes its tasks along, and gives an account of those that had come to their end', async () => {
  const targets = { ...WELL, coverage: 'node endless.cjs' }
  await using folder = await createWorkspace({ a: { targets } })
  await folder.write({ 'endless.cjs': ENDLESS })
  const end = new AbortController()
  const running = runIn(folder, { NX_PARALLEL: '1' }, { signal: end.signal })
  await vi.waitFor(() => readFile(folder.join('began')), { timeout: 60_000, interval: 50 })
  end.abort('SIGTERM')
  const { tasks } = await running
  expect(untilEnd({ tasks, faults: [] }, end.signal).tasks.map(({ target, ok }) => [target, ok])).toEqual([
    ['lint', true],
    ['typecheck', true],
  ])
  expect(await readFile(folder.join('ended'), 'utf8')).toBe('SIGTERM')
})

const ENDLESS = `
const { writeFileSync } = require('node:fs')
process.on('SIGTERM', (signal) => process.exit(writeFileSync('ended', signal)))
setTimeout(() => undefined, 600_000)
writeFileSync('began', '')`

test('a project that is removed is named to all that are checked for it', async () => {
  await using folder = await createWorkspace({ stays: { targets: WELL }, goes: { targets: WELL } })
  const git = (...args: string[]) =>
    execute('git', [...AUTHOR, ...args], { cwd: folder.path, env: isolatedEnvironment(folder.path) })
  await git('init', '--quiet')
  await git('add', '--all')
  await git('commit', '--quiet', '-m', 'all')
  await rm(folder.join('tools/goes'), { recursive: true })
  const env = isolatedEnvironment(folder.path)
  const graph = await readAffected({ root: folder.path, env, run: createRun({ cwd: folder.path, env }) }, 'HEAD')
  expect(graph.affected).toEqual(['stays'])
  expect(explainAffected(graph).get('stays')).toEqual(['a project was removed: goes'])
})

type RunInOptions = Partial<NxOptions> & { signal?: AbortSignal; onWrite?: (text: string) => void }

type Extra = Record<string, string | undefined>

function runIn(folder: Folder, extra: Extra = {}, { signal, onWrite, ...options }: RunInOptions = {}): Promise<NxRun> {
  const root = folder.path
  const env = { ...isolatedEnvironment(root, { NX_CACHE_DIRECTORY: folder.join('.nx/cache') }), ...extra }
  const output = { write: (text: string) => onWrite?.(text), isTTY: false, color: false, columns: 80 }
  const run = createRun({ cwd: root, env })
  return runNx(
    {
      root,
      env,
      stdout: output,
      stderr: output,
      run: (command, args, rest) => run(command, args, { ...rest, ...(signal && { signal }) }),
    },
    {
      ...{ base: undefined, stateFolder: undefined, soak: false, quiet: true },
      ...options,
    },
  )
}

type Project = { tags?: readonly string[]; targets: Record<string, string> }

/** A workspace with Nx, the plugin and the settings of this one, whose projects have targets of their own. */
async function createWorkspace(projects: Record<string, Project>): Promise<Folder> {
  const manifests = Object.entries(projects).map(([name, { tags, targets: commands }]) => {
    const targets = Object.fromEntries(
      Object.entries(commands).map(([target, command]) => [target, { command, cache: true }]),
    )
    return [`tools/${name}/package.json`, JSON.stringify({ name: `@mochi/${name}`, nx: { name, tags, targets } })]
  })
  const folder = await createFolder(Object.fromEntries(manifests) as Record<string, string>)
  const settings = ['nx.json', 'package.json', 'pnpm-workspace.yaml', '.env', '.gitignore']
  await Promise.all(settings.map((file) => cp(join(workspaceRoot, file), folder.join(file))))
  await symlink(join(workspaceRoot, 'node_modules'), folder.join('node_modules'))
  return folder
}
