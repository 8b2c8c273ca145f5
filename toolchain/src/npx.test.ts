import { copyFile, mkdir, realpath, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, isolatedEnvironment, runProcess, workspaceRoot } from '@mochi/testing'
import type { Folder, Outcome } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { allShells, findProgram } from './testing/programs.ts'
import type { Shell } from './testing/programs.ts'

const COMMAND = '#!/bin/sh\nprintf "%s|" here "$@"\nhelper\nexit 7\n'
const HELPER = '#!/bin/sh\necho "found through PATH"\n'
const NPM = '#!/bin/sh\nprintf "%s|" npm "$@"\nexit 3\n'

/** A checkout with commands in its node_modules, and a generation whose npm only shows how it was asked. */
async function createPlace(): Promise<Folder> {
  const folder = await createFolder({ 'checkout/apps/foo/package.json': '{}', 'outside/file': '' })
  const bin = 'checkout/node_modules/.bin'
  await folder.write({ [`${bin}/tool`]: COMMAND, [`${bin}/helper`]: HELPER, 'bin/npm-npx': NPM }, { mode: 0o755 })
  await folder.write({ [`${bin}/text`]: 'not a program\n' })
  await copyFile(join(workspaceRoot, 'toolchain/bin/npx'), folder.join('bin/npx'))
  return folder
}

function npx(
  folder: Folder,
  where: string,
  args: readonly string[],
  shell: Shell['command'] = ['sh'],
): Promise<Outcome> {
  const [program, ...flags] = shell
  const env = isolatedEnvironment(folder.join('home'))
  return runProcess(findProgram(program), [...flags, folder.join('bin/npx'), ...args], { cwd: folder.join(where), env })
}

describe('npx', () => {
  test.each(['checkout', 'checkout/apps/foo'])('runs what node_modules/.bin has, asked from %s', async (where) => {
    await using folder = await createPlace()
    const { code, stdout } = await npx(folder, where, ['tool', '--flag', 'two words', ''])
    expect({ code, stdout }).toEqual({ code: 7, stdout: 'here|--flag|two words||found through PATH\n' })
  })

  test.each([
    ['options', ['--yes', 'tool']],
    ['a version', ['tool@2', 'x']],
    ['a scope', ['@scope/tool']],
    ['a path', ['./tool']],
    ['the folder itself', ['.']],
    ['nothing', []],
    ['what is not installed', ['other', 'x']],
    ['what is not executable', ['text']],
  ])('leaves %s to npm', async (_what, args) => {
    await using folder = await createPlace()
    const { code, stdout } = await npx(folder, 'checkout', args)
    expect({ code, stdout }).toEqual({ code: 3, stdout: ['npm', ...args, ''].join('|') })
  })

  test('finds the one of npm on PATH where it was reached by a link, or by its name', async () => {
    await using folder = await createPlace()
    await mkdir(folder.join('links'))
    await symlink('../bin/npx', folder.join('links/npx'))
    const env = isolatedEnvironment(folder.join('home'), { PATH: `${folder.join('bin')}:/usr/bin:/bin` })
    const byLink = await runProcess(folder.join('links/npx'), ['other', 'x'], { cwd: folder.join('outside'), env })
    expect(byLink).toMatchObject({ code: 3, stdout: 'npm|other|x|' })
    const byName = await runProcess('sh', ['npx', '--yes', 'tool'], { cwd: folder.join('bin'), env })
    expect(byName).toMatchObject({ code: 3, stdout: 'npm|--yes|tool|' })
  })

  test('leaves everything to npm outside of a checkout', async () => {
    await using folder = await createPlace()
    expect((await npx(folder, 'outside', ['tool'])).stdout).toBe('npm|tool|')
  })

  test.each(allShells().filter(({ available }) => available))('under $name', async ({ command }) => {
    await using folder = await createPlace()
    expect((await npx(folder, 'checkout', ['tool', 'a b'], command)).stdout).toBe('here|a b|found through PATH\n')
    expect((await npx(folder, 'checkout', ['other'], command)).stdout).toBe('npm|other|')
  })

  test('gives what the npx of npm gives', async () => {
    await using folder = await createPlace()
    const env = isolatedEnvironment(folder.join('home'))
    const cwd = folder.join('checkout/apps/foo')
    await mkdir(folder.join('home'), { recursive: true })
    const npm = await realpath(findProgram('npm'))
    const theirs = await runProcess(join(npm, '../npx-cli.js'), ['tool', '--flag', 'two words', ''], { cwd, env })
    const ours = await npx(folder, 'checkout/apps/foo', ['tool', '--flag', 'two words', ''])
    expect(ours).toMatchObject({ code: theirs.code, stdout: theirs.stdout })
  })
})
