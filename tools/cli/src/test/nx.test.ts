import { cp, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, isolatedEnvironment, workspaceRoot } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createRun } from '../run-process.ts'
import { runNx } from './nx.ts'
import type { NxRun } from './nx.ts'
import { TARGETS } from './tally.ts'

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
    [name]: { tags, targets: Object.fromEntries(TARGETS.map((target) => [target, `echo ${name} >>order`])) },
  })
  await using folder = await createWorkspace({ ...project('a'), ...project('b', 'slow'), ...project('c') })
  await runIn(folder, { NX_PARALLEL: '1' })

  const order = (await readFile(folder.join('order'), 'utf8')).trim().split('\n')
  expect(order).toEqual(['b', 'b', 'b', 'a', 'a', 'a', 'c', 'c', 'c'])
})

function runIn(folder: Folder, extra: Record<string, string> = {}): Promise<NxRun> {
  const root = folder.path
  const env = isolatedEnvironment(root, { NX_CACHE_DIRECTORY: folder.join('.nx/cache'), ...extra })
  const stdout = { write: () => undefined, isTTY: false, color: false, columns: 80 }
  return runNx({ root, env, stdout, run: createRun({ cwd: root, env }) }, { soak: false, quiet: true })
}

type Project = { tags?: readonly string[]; targets: Record<string, string> }

/** A workspace with Nx, the plugin and the settings of this one, whose projects have targets of their own. */
async function createWorkspace(projects: Record<string, Project>): Promise<Folder> {
  const manifests = Object.entries(projects).map(([name, { tags, targets: commands }]) => {
    const targets = Object.fromEntries(Object.entries(commands).map(([target, command]) => [target, { command }]))
    return [`libs/${name}/package.json`, JSON.stringify({ name: `@mochi/${name}`, nx: { name, tags, targets } })]
  })
  const folder = await createFolder(Object.fromEntries(manifests) as Record<string, string>)
  const settings = ['nx.json', 'package.json', 'pnpm-workspace.yaml', '.env']
  await Promise.all(settings.map((file) => cp(join(workspaceRoot, file), folder.join(file))))
  await symlink(join(workspaceRoot, 'node_modules'), folder.join('node_modules'))
  return folder
}
