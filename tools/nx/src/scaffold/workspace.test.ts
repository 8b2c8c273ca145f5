import { statSync } from 'node:fs'
import { createFolder, runProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { readTemplate } from './read-template.ts'
import { readFacts } from './workspace-facts.ts'
import { diskWorkspace } from './workspace.ts'

describe('the workspace on disk', () => {
  test('lists, reads and writes, with parents and modes; what is absent is empty', async () => {
    await using folder = await createFolder({ 'apps/foo/package.json': '{}' })
    const workspace = diskWorkspace(folder.path)

    workspace.write({ path: 'apps/bar/bin/run', content: '#!/bin/sh\n', isExecutable: true })
    workspace.write({ path: 'apps/bar/text', content: 'text\n', isExecutable: false })

    expect(workspace.list('apps').sort()).toEqual(['bar', 'foo'])
    expect(workspace.read('apps/bar/bin/run')).toBe('#!/bin/sh\n')
    expect(statSync(folder.join('apps/bar/bin/run')).mode & 0o777).toBe(0o755)
    expect(statSync(folder.join('apps/bar/text')).mode & 0o111).toBe(0)
    expect(workspace.list('libs')).toEqual([])
    expect(workspace.free()).toBeGreaterThan(0)
    expect(workspace.read('apps/foo/package.json/x')).toBeUndefined()
  })
})

describe('the facts about a workspace', () => {
  test('are its projects by folder, the single ones too, and not folders without a package', async () => {
    await using folder = await createFolder({
      'apps/foo/package.json': '{}',
      'libs/bar/package.json': '{}',
      'tools/leftover/reports/junit.xml': '',
    })

    const { projects } = readFacts(diskWorkspace(folder.path), 'apps/new', {})

    expect(projects.map((project) => project.folder)).toEqual(['apps/foo', 'libs/bar', 'toolchain', 'docs'])
  })

  test('are what the target folder holds, but not what running a project leaves there', async () => {
    await using folder = await createFolder({
      'apps/foo/src/main.ts': 'main',
      'apps/foo/node_modules/@mochi/service/package.json': '{}',
      'apps/foo/reports/test/junit.xml': '',
      'apps/foo/dist/main.js': '',
    })

    const { contents } = readFacts(diskWorkspace(folder.path), 'apps/foo', {})

    expect([...contents]).toEqual([['apps/foo/src/main.ts', 'main']])
  })

  test.each([
    ['a file', 'touch apps/foo', ['apps/foo']],
    ['a link', 'ln -s elsewhere apps/foo', ['apps/foo']],
    [
      'a folder with a link to a folder inside',
      'mkdir apps/foo && ln -s ../../elsewhere apps/foo/src',
      ['apps/foo/src'],
    ],
    ['a folder with a pipe inside', 'mkdir apps/foo && mkfifo apps/foo/pipe', ['apps/foo/pipe']],
    ['a folder with an empty folder inside', 'mkdir -p apps/foo/src', ['apps/foo/src']],
    ['an empty folder', 'mkdir apps/foo', []],
  ])('say of a target that is %s what is no readable file', async (_, command, odd) => {
    await using folder = await createFolder({ 'apps/other/a': '', 'elsewhere/a': 'a' })
    expect(await runProcess('sh', ['-c', command], { cwd: folder.path })).toMatchObject({ code: 0 })

    const { contents } = readFacts(diskWorkspace(folder.path), 'apps/foo', {})

    expect([...contents]).toEqual(odd.map((path) => [path, undefined]))
  })

  test.each([
    ['file', 'apps/foo/src/a', 'read'],
    ['folder', 'apps/foo/src', 'list'],
  ] as const)('hold a %s that the system refuses to show', async (_, refused, method) => {
    await using folder = await createFolder({ 'apps/foo/src/a': 'a' })
    const disk = diskWorkspace(folder.path)
    const guard = <Value>(path: string, value: Value): Value => {
      if (path === refused) throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
      return value
    }
    const workspace = { ...disk, [method]: (path: string) => guard(path, disk[method](path)) }

    expect([...readFacts(workspace, 'apps/foo', {}).contents]).toEqual([[refused, undefined]])
  })
})

describe('a template on disk', () => {
  test('keeps hidden files and the right to execute, in the order of the names', async () => {
    await using folder = await createFolder({
      'templates/lib/template.json': '{ "version": 3 }',
      'templates/lib/src/{{name}}.ts.hbs': 'text',
      'templates/lib/.env.hbs': 'A=1',
    })
    await folder.write({ 'templates/lib/bin/run.hbs': '#!/bin/sh' }, { mode: 0o755 })

    expect(readTemplate(folder.path, 'lib')).toEqual({
      version: 3,
      files: [
        { path: '.env', text: 'A=1', isExecutable: false },
        { path: 'bin/run', text: '#!/bin/sh', isExecutable: true },
        { path: 'src/{{name}}.ts', text: 'text', isExecutable: false },
      ],
    })
  })
})
