import { writeFileSync } from 'node:fs'
import { cp, readdir } from 'node:fs/promises'
import { FsTree } from '@nx/devkit/internal'
import { localdevPort } from '@mochi/names'
import { createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import nodePlop from 'node-plop'
import { describe, expect, test } from 'vitest'
import { diskWorkspace, registerGenerators } from '../scaffold/index.ts'
import type { Workspace } from '../scaffold/index.ts'
import libGenerator from './lib.ts'
import { runGenerator } from './run-generator.ts'
import serviceGenerator from './service.ts'

describe('the Nx generators', () => {
  test.each([
    ['service', serviceGenerator, 'apps'],
    ['lib', libGenerator, 'libs'],
  ] as const)(
    '%s writes to Nx’s tree what plop writes to the disk, and nothing itself',
    async (kind, generate, room) => {
      await using folder = await createWorkspace()
      const tree = new FsTree(folder.path, false)
      await generate(tree, { name: 'foo', skipInstall: true })
      const changes = tree.listChanges()
      expect(await readdir(folder.path)).toEqual(['templates'])

      const plop = await plopAt(folder)
      await plop.getGenerator(kind).runActions({ name: 'foo', skipInstall: true })

      expect(changes.length).toBeGreaterThan(5)
      for (const { path, type, content } of changes) {
        expect(path.startsWith(`${room}/foo/`)).toBe(true)
        expect([type, content?.toString()]).toEqual(['CREATE', diskWorkspace(folder.path).read(path)])
      }
    },
  )

  test.each(['service', 'lib', 'ci'])('%s says under --help what it makes', async (name) => {
    const env = { ...process.env, NX_DAEMON: 'false' }
    const { code, stdout } = await runProcess('node_modules/.bin/nx', ['g', name, '--help'], {
      cwd: workspaceRoot,
      env,
    })

    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}(?:Make|Write) .* (?:template|workflow)/m)
    expect(stdout).not.toContain('undefined')
  })

  test('sees what the tree holds and the disk does not yet: a name taken a moment ago', async () => {
    await using folder = await createWorkspace()
    const tree = new FsTree(folder.path, false)
    await serviceGenerator(tree, { name: 'foo', skipInstall: true })

    await expect(libGenerator(tree, { name: 'foo' })).rejects.toThrow('found foo taken by apps/foo')
  })

  test('says a refusal in full, with no stack to offer', async () => {
    await using folder = await createWorkspace()
    const refused = serviceGenerator(new FsTree(folder.path, false), { name: 'No Name' })

    await expect(refused).rejects.toMatchObject({
      stack: '',
      message: expect.stringMatching(/next: .*no-name.*code: /s) as string,
    })
  })

  test('without a name is refused with what is allowed and the next command', async () => {
    const refused = libGenerator(new FsTree(workspaceRoot, false), {})

    await expect(refused).rejects.toThrow(/Expected the name of the new lib, found none.*next: {2}npx nx g lib NAME/s)
  })

  test('of a project that is just as the template says so at once: with --dry-run nothing is called afterwards', async () => {
    await using folder = await createWorkspace()
    const plop = await plopAt(folder)
    await plop.getGenerator('lib').runActions({ name: 'foo', skipInstall: true })
    const said: string[] = []
    const finish = await runGenerator({
      kind: 'lib',
      tree: new FsTree(folder.path, false),
      answers: { name: 'foo' },
      say: (text) => said.push(text),
    })
    await finish()

    expect(said).toEqual(['libs/foo is just as the template makes it: nothing changed\n'])
  })

  test('says what was done once Nx has written it', async () => {
    await using folder = await createWorkspace()
    const said: string[] = []
    const finish = await runGenerator({
      kind: 'service',
      tree: new FsTree(folder.path, false),
      answers: { name: 'foo', skipInstall: true },
      say: (text) => said.push(text),
    })
    expect(said).toEqual([])
    await finish()

    expect(said).toEqual(['apps/foo is written; now run: ./mochi setup\n'])
  })
})

describe('a refusal', () => {
  const crowded = {
    'apps/edited/README.md': 'mine\n',
    'libs/shared/package.json': '{}',
    'apps/neighbour/package.json': '{}',
    'mochi.json': JSON.stringify({
      scopes: ['@mochi'],
      domain: 'example.com',
      services: { crowded: { port: localdevPort('neighbour') } },
    }),
  }

  test.each([
    ['a name that is not allowed', 'Foo_Bar', 'words of lower-case letters and digits joined by single dashes'],
    ['a name that leads elsewhere', '../foo', 'words of lower-case letters and digits'],
    ['a name that ends in a flavor', 'foo-dev', 'not ending in -localdev, -dev or -prod'],
    ['a folder that was edited', 'edited', 'found others: README.md'],
    ['a name of another room', 'shared', 'found shared taken by libs/shared'],
    ['the name of a single project', 'docs', 'found docs taken by docs'],
    ['a taken port', 'crowded', 'taken by apps/neighbour'],
  ])('of %s comes before a byte is written, through Nx and through plop', async (_, name, reason) => {
    await using folder = await createWorkspace()
    await folder.write(crowded)
    const before = await readdir(folder.path, { recursive: true })
    const tree = new FsTree(folder.path, false)
    const plop = await plopAt(folder)
    const { failures } = await plop.getGenerator('service').runActions({ name, skipInstall: true })

    await expect(serviceGenerator(tree, { name })).rejects.toThrow(reason)
    expect(failures.map(({ error }) => error)).toEqual([expect.stringContaining(reason)])
    expect(tree.listChanges()).toEqual([])
    expect(await readdir(folder.path, { recursive: true })).toEqual(before)
  })
})

describe('a target that is no folder of files', () => {
  test.each([
    ['a file', 'echo mine > apps/foo', 'apps/foo itself'],
    ['a link', 'ln -s .. apps/foo', 'apps/foo itself'],
    ['a link that leads nowhere', 'ln -s nowhere apps/foo', 'apps/foo itself'],
    ['a folder with a link inside', 'mkdir apps/foo && ln -s ../../templates apps/foo/src', 'src.'],
    ['a folder where a file has to be', 'mkdir -p apps/foo/package.json', 'package.json'],
  ])('%s: refused before a byte is written, through Nx and through plop', async (_, command, found) => {
    await using folder = await createWorkspace()
    expect(await runProcess('sh', ['-c', `mkdir apps && ${command}`], { cwd: folder.path })).toMatchObject({ code: 0 })
    const before = await readdir(folder.path, { recursive: true })
    const tree = new FsTree(folder.path, false)
    const plop = await plopAt(folder)
    const { failures } = await plop.getGenerator('service').runActions({ name: 'foo', skipInstall: true })

    await expect(serviceGenerator(tree, { name: 'foo' })).rejects.toThrow(found)
    expect(failures.map(({ error }) => error)).toEqual([expect.stringContaining(found)])
    expect(tree.listChanges()).toEqual([])
    expect(await readdir(folder.path, { recursive: true })).toEqual(before)
  })
})

describe('the plop generators', () => {
  test('install what they have written', async () => {
    await using folder = await createWorkspace()
    const installed: string[] = []
    const plop = await plopAt(folder, (name) => installed.push(name))
    const answers = (await plop.getGenerator('lib').runPrompts(['bar'])) as { name: string }
    const { changes, failures } = await plop.getGenerator('lib').runActions(answers)

    expect(failures).toEqual([])
    expect(changes).toEqual([{ type: 'lib', path: 'libs/bar is written: npx nx test bar' }])
    expect(installed).toEqual(['bar'])
  })

  test('never ask: a missing name is an error', async () => {
    await using folder = await createWorkspace()
    const plop = await plopAt(folder)

    await expect(plop.getGenerator('service').runPrompts()).rejects.toThrow(
      'Expected the name of the new service, found none',
    )
    await expect(plop.getGenerator('service').runPrompts(['foo', 'perhaps'])).rejects.toThrow('Expected true or false')
  })

  test.each([
    ['a full disk', { free: () => 4096 }, /found 4 KiB free. Nothing is written/, 'SCAFFOLD_DISK_FULL'],
    [
      'a folder that may not be written',
      { write: writeNowhere },
      /ENOTDIR.*next: {2}rm -rf apps\/foo/s,
      'SCAFFOLD_WRITE_FAILED',
    ],
  ])('say what to do about %s', async (_name, difference, text, code) => {
    await using folder = await createWorkspace()
    const plop = await plopAt(folder, undefined, difference)
    const { failures } = await plop.getGenerator('service').runActions({ name: 'foo' })

    expect(failures.map(({ error }) => error)).toEqual([expect.stringMatching(text)])
    expect(failures[0]?.error).toContain(code)
    expect(await readdir(folder.path)).toEqual(['templates'])
  })

  test('name in the README of a new service the port that mochi.json gives it', async () => {
    await using folder = await createWorkspace()
    await folder.write({
      'mochi.json': '{ "scopes": ["@mochi"], "domain": "example.com", "services": { "foo": { "port": 31999 } } }',
    })
    const plop = await plopAt(folder)
    await plop.getGenerator('service').runActions({ name: 'foo', skipInstall: true })

    expect(diskWorkspace(folder.path).read('apps/foo/README.md')).toContain('http://127.0.0.1:31999/')
  })

  test('do not wait for the check of a mochi.json that gives no port', async () => {
    await using folder = await createWorkspace()
    await folder.write({ 'mochi.json': '{ "a fault": "of no interest here", "services": {} }' })
    const plop = await plopAt(folder)
    const { failures } = await plop.getGenerator('service').runActions({ name: 'bar', skipInstall: true })

    expect(failures).toEqual([])
  })

  test('refuse a mochi.json with faults as soon as it gives something', async () => {
    await using folder = await createWorkspace()
    await folder.write({ 'mochi.json': '{ "services": { "foo": { "port": "80" } } }' })
    const plop = await plopAt(folder)
    const { failures } = await plop.getGenerator('service').runActions({ name: 'bar', skipInstall: true })

    expect(failures.map(({ error }) => error)).toEqual([expect.stringContaining('CONFIG_INVALID')])
  })
})

async function createWorkspace(): Promise<Folder> {
  const folder = await createFolder()
  await cp(`${workspaceRoot}/templates`, folder.join('templates'), { recursive: true })
  return folder
}

async function plopAt(
  { path }: Folder,
  install: (name: string) => void = () => undefined,
  other: Partial<Workspace> = {},
) {
  const plop = await nodePlop()
  registerGenerators(plop, { root: path, workspace: { ...diskWorkspace(path), ...other }, install })
  return plop
}

function writeNowhere(): void {
  writeFileSync(`${import.meta.filename}/file`, '')
}
