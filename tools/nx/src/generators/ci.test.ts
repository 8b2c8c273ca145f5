import { cp, readdir } from 'node:fs/promises'
import { FsTree } from '@nx/devkit/internal'
import { createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import nodePlop from 'node-plop'
import { describe, expect, test } from 'vitest'
import { diskWorkspace, registerGenerators } from '../scaffold/index.ts'
import type { Workspace } from '../scaffold/index.ts'
import { servers, workflowOf } from '../workflows/servers.ts'
import { readWorkflow } from '../workflows/plan-workflow.ts'
import ciGenerator from './ci.ts'
import { runGenerator } from './run-generator.ts'

describe.each(servers)('nx g ci %s', (server) => {
  const { path } = workflowOf[server]

  test('writes one file to Nx’s tree, which plop writes to the disk with the same bytes', async () => {
    await using folder = await createWorkspace()
    const tree = new FsTree(folder.path, false)
    await ciGenerator(tree, { server })
    const changes = tree.listChanges()
    expect(await readdir(folder.path)).toEqual(['templates'])
    const { failures, changes: said } = await runPlop(folder, [server])

    expect(failures).toEqual([])
    expect(said.map((each) => each.path)).toEqual([expect.stringMatching(`^${path} is written`)])
    expect(changes.map((each) => [each.type, each.path, each.content?.toString()])).toEqual([
      ['CREATE', path, diskWorkspace(folder.path).read(path)],
    ])
    expect(diskWorkspace(folder.path).read(path)).toBe(readWorkflow(workspaceRoot, server))
  })

  test('once more says that nothing changed, also with --dry-run', async () => {
    await using folder = await createWorkspace()
    await runPlop(folder, [server])
    const said: string[] = []
    const tree = new FsTree(folder.path, false)
    await runGenerator({ kind: 'ci', tree, answers: { server }, say: (text) => said.push(text) })

    expect(said).toEqual([`${path} is just as the template makes it: nothing changed\n`])
    expect((await runPlop(folder, [server, 'true'])).changes).toEqual([
      { type: 'ci', path: `${path} is just as the template makes it: nothing changed` },
    ])
  })

  test('with --dry-run shows the file and writes nothing', async () => {
    await using folder = await createWorkspace()
    const { changes } = await runPlop(folder, [server, 'true'])

    expect(changes).toEqual([{ type: 'ci', path: `nothing is written, because of --dry-run:\nCREATE ${path}` }])
    expect(await readdir(folder.path)).toEqual(['templates'])
  })
})

describe('a refusal', () => {
  test.each([
    [
      'an edited workflow',
      'mkdir -p .github/workflows && echo mine > .github/workflows/ci.yml',
      '.github/workflows/ci.yml',
    ],
    [
      'a link in its place',
      'mkdir -p .github/workflows && ln -s nowhere .github/workflows/ci.yml',
      '.github/workflows/ci.yml',
    ],
    ['a folder in its place', 'mkdir -p .github/workflows/ci.yml', '.github/workflows/ci.yml'],
    ['a file where its folder has to be', 'mkdir .github && echo mine > .github/workflows', '.github/workflows'],
    ['a link above it', 'ln -s nowhere .github', '.github'],
  ])('because of %s comes before a byte is written, through Nx and through plop', async (_, command, found) => {
    await using folder = await createWorkspace()
    expect(await runProcess('sh', ['-c', command], { cwd: folder.path })).toMatchObject({ code: 0 })
    const before = await readdir(folder.path, { recursive: true })
    const tree = new FsTree(folder.path, false)
    const { failures } = await runPlop(folder, ['github'])

    const words = `at ${found}, found another.`
    await expect(ciGenerator(tree, { server: 'github' })).rejects.toThrow(words)
    expect(failures.map(({ error }) => error)).toEqual([expect.stringContaining(words)])
    expect(failures[0]?.error).toContain('SCAFFOLD_FILE_EXISTS')
    expect(tree.listChanges()).toEqual([])
    expect(await readdir(folder.path, { recursive: true })).toEqual(before)
  })

  test.each([
    [{}, 'none'],
    [{ server: 'circle' }, 'circle'],
    [{ server: 'constructor' }, 'constructor'],
    [{ server: 'GitHub' }, 'GitHub'],
  ])('of the server in %j names the three that there are', async (answers, found) => {
    const refused = ciGenerator(new FsTree(workspaceRoot, false), answers)

    await expect(refused).rejects.toThrow(
      `Expected a CI server (github, gitlab, jenkins), found ${found}.\n  next:  npx nx g ci github, or npx nx g ci gitlab`,
    )
  })

  test('of a missing server is no question of plop', async () => {
    await using folder = await createWorkspace()

    await expect(runPlop(folder, [])).rejects.toThrow('Expected a CI server (github, gitlab, jenkins), found none.')
  })

  test('because of a full disk is told as such', async () => {
    await using folder = await createWorkspace()
    const { failures } = await runPlop(folder, ['jenkins'], { free: () => 4096 })

    expect(failures.map(({ error }) => error)).toEqual([expect.stringMatching(/Jenkinsfile, found 4 KiB free/)])
    expect(await readdir(folder.path)).toEqual(['templates'])
  })
})

async function createWorkspace(): Promise<Folder> {
  const folder = await createFolder()
  await cp(`${workspaceRoot}/templates`, folder.join('templates'), { recursive: true })
  return folder
}

async function runPlop({ path }: Folder, args: string[], other: Partial<Workspace> = {}) {
  const plop = await nodePlop()
  registerGenerators(plop, { root: path, workspace: { ...diskWorkspace(path), ...other }, install: () => undefined })
  const generator = plop.getGenerator('ci')
  return generator.runActions((await generator.runPrompts(args)) as object)
}
