import { readlink, stat } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { createCheckout } from './checkout.ts'
import { createFolder } from './folder.ts'
import type { Folder } from './folder.ts'
import { runProcess } from './process.ts'

/** A repository with one file of each kind that a copy can get wrong. */
async function createSource(): Promise<Folder> {
  const source = await createFolder({ '.gitignore': 'ignored/\n', tracked: 'old', deleted: '', 'ignored/file': '' })
  await source.write({ 'bin/tool': '#!/bin/sh\necho works\n' }, { mode: 0o755 })
  await run(source, 'ln', '-s', 'tracked', 'link')
  await run(source, 'git', 'init', '--quiet')
  await run(source, 'git', 'add', '--all')
  await run(source, 'rm', 'deleted')
  await source.write({ tracked: 'changed', 'a folder/new ü': 'untracked' })
  return source
}

async function run(folder: Folder, command: string, ...args: string[]): Promise<void> {
  expect(await runProcess(command, args, { cwd: folder.path })).toMatchObject({ code: 0 })
}

describe('a checkout', () => {
  test('holds what git tracks or would track, as it stands in the working tree', async () => {
    await using source = await createSource()
    await using checkout = await createCheckout({ source: source.path })
    const { stdout } = await checkout.run('git', ['-c', 'core.quotePath=false', 'ls-files'])
    expect(stdout.trim().split('\n')).toEqual(['.gitignore', 'a folder/new ü', 'bin/tool', 'link', 'tracked'])
    expect((await checkout.run('cat', ['tracked'])).stdout).toBe('changed')
    expect((await checkout.run('bin/tool', [])).stdout).toBe('works\n')
    expect(await readlink(checkout.join('link'))).toBe('tracked')
    await expect(stat(checkout.join('ignored'))).rejects.toThrow('ENOENT')
  })

  test('is a repository of its own with one commit on main', async () => {
    await using source = await createSource()
    await using checkout = await createCheckout({ source: source.path })
    expect((await checkout.run('git', ['log', '--format=%D %s'])).stdout).toBe('HEAD -> main The working tree\n')
    expect((await checkout.run('git', ['status', '--porcelain'])).stdout).toBe('')
  })

  test('leaves the commit to the test when asked to', async () => {
    await using source = await createSource()
    await using checkout = await createCheckout({ source: source.path, commit: false })
    expect((await checkout.run('git', ['log'])).code).toBe(128)
  })

  test('changes nothing in the working tree it was copied from', async () => {
    await using source = await createSource()
    await using checkout = await createCheckout({ source: source.path })
    await checkout.write({ tracked: 'changed in the clone' })
    expect((await checkout.run('git', ['status', '--porcelain'])).stdout).toBe(' M tracked\n')
    expect((await runProcess('cat', ['tracked'], { cwd: source.path })).stdout).toBe('changed')
  })

  test.each(['npm', 'npx', 'pnpm'])('has a %s that runs', async (tool) => {
    await using source = await createSource()
    await using checkout = await createCheckout({ source: source.path })
    expect(await checkout.run(tool, ['--version'])).toMatchObject({ code: 0 })
  })

  test("runs this process's Node, in an empty home, without the developer's git configuration", async () => {
    await using source = await createSource()
    await using checkout = await createCheckout({ source: source.path })
    const { stdout } = await checkout.run('node', ['-p', 'process.execPath + " " + process.env.HOME'])
    expect(stdout).toBe(`${process.execPath} ${checkout.home}\n`)
    expect((await checkout.run('ls', ['-A', checkout.home])).stdout).toBe('')
    expect((await checkout.run('git', ['config', '--get', 'user.name'])).stdout).toBe('Test\n')
  })

  test('of another folder than a repository says so and leaves nothing behind', async () => {
    await using source = await createFolder()
    await expect(createCheckout({ source: source.path })).rejects.toThrow('not a git repository')
  })

  test('is installed from the frozen lock file when asked to, and stays as it was', async () => {
    await using source = await createSource()
    await source.write({
      'package.json': '{ "name": "root", "private": true, "dependencies": { "part": "workspace:*" } }',
      'pnpm-workspace.yaml': 'packages: [part]\n',
      'part/package.json': '{ "name": "part", "version": "1.0.0", "main": "part.cjs" }',
      'part/part.cjs': 'module.exports = "the part"\n',
      '.gitignore': 'ignored/\nnode_modules/\n',
      'pnpm-lock.yaml': LOCK,
    })
    await using checkout = await createCheckout({ source: source.path, install: true })
    expect((await checkout.run('node', ['-p', 'require("part")'])).stdout).toBe('the part\n')
    expect((await checkout.run('git', ['status', '--porcelain'])).stdout).toBe('')
  })

  test('that cannot be installed says why and leaves nothing behind', async () => {
    await using source = await createSource()
    await source.write({ 'package.json': '{ "dependencies": { "part": "workspace:*" } }' })
    await expect(createCheckout({ source: source.path, install: true })).rejects.toThrow(/pnpm install .* ended with 1/)
  })
})

/** What pnpm writes for a workspace whose root depends on its one package. */
const LOCK = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

importers:

  .:
    dependencies:
      part:
        specifier: workspace:*
        version: link:part

  part: {}
`
