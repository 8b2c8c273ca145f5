import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { MEND_LOCK } from './mend-lock.ts'
import { sampleTools } from './testing/installer.ts'
import { createLauncher, fakeTools, makeNewer } from './testing/launcher.ts'
import type { Launcher } from './testing/launcher.ts'

const REFERENCE = [
  ...['# Errors by code', '', 'Words.', '', '## cli', ''],
  ...['### FIRST_CODE', '', '**The first fails.**', '', 'Mend it.', '', '- so', '- or `so`', ''],
  ...['### SECOND_CODE', '', '**The second fails.**', '', 'Mend it otherwise.', '', '## nx', '', 'More words.'],
].join('\n')

async function createBareLauncher(): Promise<Launcher> {
  const launcher = await createLauncher()
  await launcher.installer.folder.write({
    'checkout/docs/reference/errors.md': REFERENCE,
    'checkout/tools/cli/package.json': '{\n  "name": "@mochi/cli",\n  "version": "1.2.3",\n  "private": true\n}\n',
  })
  return launcher
}

/** Commands that look, remove, or are misspelt. */
const HARMLESS = [
  ...[
    '',
    'status',
    'status --json',
    'doctor',
    'explain FIRST_CODE',
    '--explain FIRST_CODE',
    '--version',
    'help',
    '--help',
  ],
  ...['completion bash', '__complete te', 'toolchain list', 'toolchain id', 'toolchain rollback', 'toolchain prune'],
  ...[
    'toolchain profile remove',
    'toolchain',
    'uninstall',
    'sutep',
    'toolchain verify',
    'setup --nonsense',
    'test --help',
    'help setup',
  ],
].map((line) => line.split(' ').filter((word) => word !== ''))

describe('on a machine without the toolchain', () => {
  test('help names the commands that people and CI begin with, and that they set up first', async () => {
    await using launcher = await createBareLauncher()
    const { stdout } = await launcher.mochi(['--help'])
    for (const name of ['up', 'setup', 'test', 'ci', 'doctor'])
      expect(stdout).toMatch(new RegExp(`^  ./mochi ${name} `, 'm'))
    expect(stdout).toMatch(/mochi ci .*sets up first/)
  })

  test('nothing but a command that works on the checkout installs anything', async () => {
    await using launcher = await createBareLauncher()
    const before = await readdir(launcher.installer.folder.path)
    for (const args of HARMLESS) {
      const { stdout, stderr } = await launcher.mochi(args)
      expect({ args, ran: (stdout + stderr).includes('node called with') }).toEqual({ args, ran: false })
      expect({ args, left: await readdir(launcher.installer.folder.path) }).toEqual({ args, left: before })
      expect(await readdir(launcher.installer.checkout)).not.toContain('node_modules')
    }
    expect(launcher.installer.server.requests.items.map(({ path }) => path)).toEqual(['/-/ping'])
  })

  test.each([
    [[], /toolchain [0-9a-f]{16} not installed.*\nnext: {3}\.\/mochi up\n/],
    [['--help'], /toolchain [0-9a-f]{16} not installed.*\nnext: {3}\.\/mochi up\n/],
    [['status'], /toolchain [0-9a-f]{16} not installed.*\nnext: {3}\.\/mochi up\n/],
    [['doctor'], /nothing is missing\n$/],
    [['doctor', '--json'], /^\{.*"registry"/],
    [['toolchain', 'id'], /^[0-9a-f]{16}\n$/],
    [['exec', '--help'], /^Runs a command .*\n\nusage: \.\/mochi exec -- /],
    [['env', '-h'], /^Prints what puts the tools .*\n\nusage: eval /],
    [['doctor', '--help'], /^mochi: the platform[^]*next: {3}\.\/mochi up\n/],
    [['toolchain', 'id', '--help'], /^mochi: the platform/],
    [['--version'], /^1\.2\.3\n$/],
    [['explain', 'FIRST_CODE'], /^FIRST_CODE: The first fails\n\nMend it\.\n\n- so\n- or `so`\n$/],
    [['--explain', 'second-code'], /^SECOND_CODE: The second fails\n\nMend it otherwise\.\n$/],
    [['--explain=SECOND_CODE'], /^SECOND_CODE: The second fails\n/],
    [['explain'], /^FIRST_CODE +The first fails\nSECOND_CODE +The second fails\n$/],
    [['uninstall'], /^Nothing is installed/],
    [['toolchain', 'prune', '--dry-run'], /^Nothing is installed/],
    [['toolchain', 'rollback'], /^Nothing is installed/],
  ])('`mochi %s` is answered by the launcher', async (args, words) => {
    await using launcher = await createBareLauncher()
    const { code, stdout, stderr } = await launcher.mochi(args)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: expect.stringMatching(words) as string, stderr: '' })
  })

  test.each([
    [
      ['toolchain', 'list'],
      /^error: `mochi toolchain list` runs once .* its toolchain is not installed\.\n[^]*next: {2}\.\/mochi setup\n[^]*LAUNCHER_NOT_SET_UP/,
    ],
    [['toolchain', 'profile', 'remove', '--shell', 'zsh'], /LAUNCHER_NOT_SET_UP/],
    [['toolchain', 'verify'], /LAUNCHER_NOT_SET_UP/],
    [
      ['sutep'],
      /^error: There is no command `sutep`; there are setup .*\n {2}next: .*--help\n.*LAUNCHER_UNKNOWN_COMMAND/,
    ],
    [['--nonsense'], /LAUNCHER_UNKNOWN_COMMAND/],
    [['explain', 'FIRST_CODE', '--json'], /LAUNCHER_NOT_SET_UP/],
    [['status', '--json'], /LAUNCHER_NOT_SET_UP/],
    [['explain', '--json'], /LAUNCHER_NOT_SET_UP/],
    [['explain', 'THIRD_CODE'], /^error: .*THIRD_CODE[^]*CLI_UNKNOWN_CODE/],
    [['completion', 'bash'], /^$/],
  ])('`mochi %s` fails without installing', async (args, words) => {
    await using launcher = await createBareLauncher()
    const { code, stdout, stderr } = await launcher.mochi(args)
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(words) as string })
  })
})

test('where only another generation stands, or node_modules is gone, `uninstall` says what to remove by hand', async () => {
  await using launcher = await createBareLauncher()
  const { installer, mochi } = launcher
  const { prefix } = installer
  await installer.folder.write({
    'prefix/env/0123456789abcdef/bin/x': '',
    'prefix/opt/x/y': '',
    'prefix/etc/zsh/x': '',
  })
  const { code, stderr } = await mochi(['uninstall'])
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('LAUNCHER_NOT_SET_UP') as string })
  expect(stderr).toContain(`  next:  rm -rf '${prefix}/env' '${prefix}/opt' '${prefix}/etc/zsh'\n`)
  expect(installer.server.requests.items).toEqual([])
  await mochi(['test'])
  await rm(join(installer.checkout, 'node_modules'), { recursive: true })
  expect((await mochi(['uninstall'])).stderr).toMatch(
    /dependencies are not installed[^]*next: {2}rm -rf .*\/var\/toolchain'\n/,
  )
  expect((await mochi(['toolchain', 'prune'])).stderr).toMatch(/LAUNCHER_NOT_SET_UP/)
  expect((await mochi([])).stdout).toContain('; dependencies not installed\n')
  const { code: ended, stdout } = await mochi(['doctor'])
  expect({ ended, stdout }).toEqual({
    ended: 1,
    stdout: expect.stringMatching(
      /missing {2}dependencies: .*\n +where: .*node_modules\n +next: {2}\.\/mochi setup\n[^]*\n1 missing\n$/,
    ) as string,
  })
  const { findings } = JSON.parse((await mochi(['doctor', '--json'])).stdout) as { findings: object[] }
  expect(findings).toContainEqual(
    expect.objectContaining({ id: 'dependencies', state: 'missing', fix: './mochi setup' }),
  )
  expect(await readdir(installer.checkout)).not.toContain('node_modules')
})

test('who names a prefix is told of no other', async () => {
  await using launcher = await createBareLauncher()
  const { installer, mochi } = launcher
  await mochi(['exec', '--', 'alpha'], { env: { MOCHI_PREFIX: undefined } })
  const env = { MOCHI_PREFIX: installer.folder.join('other') }
  expect((await mochi(['uninstall'], { env })).stdout).toBe(
    `Nothing is installed in ${env.MOCHI_PREFIX}, so there is nothing to do.\n`,
  )
  await installer.folder.write({ 'other/env/x': '', 'other/opt/x': '' })
  expect((await mochi(['uninstall'], { env })).stderr).toContain(
    `  next:  rm -rf '${env.MOCHI_PREFIX}/env' '${env.MOCHI_PREFIX}/opt'\n`,
  )
  const { stderr } = await mochi(['uninstall'], { env: { MOCHI_PREFIX: undefined } })
  expect(stderr).toContain(`  next:  rm -rf '${installer.home}/.mochi/env'`)
})

test('the summary sees that pnpm-lock.yaml is gone', async () => {
  await using launcher = await createBareLauncher()
  await rm(join(launcher.installer.checkout, 'pnpm-lock.yaml'))
  expect((await launcher.mochi([])).stdout).toMatch(
    /pnpm-lock\.yaml is not there\nnext: {3}git checkout HEAD -- :\/pnpm-lock\.yaml\n/,
  )
})

test('a lock with the marks of a merge: what is advised can be done in the midst of it, and mends it', async () => {
  await using launcher = await createBareLauncher()
  const { installer, mochi } = launcher
  const { checkout } = installer
  const env = { ...installer.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  const git = (...args: string[]) =>
    runProcess('git', ['-c', 'user.name=Test', '-c', 'user.email=test@mochi.example', ...args], { cwd: checkout, env })
  const commit = async () => {
    await git('add', 'toolchain/toolchain.lock')
    await git('commit', '--quiet', '--message', 'A lock')
  }
  const [alpha] = sampleTools()
  await git('init', '--quiet', '--initial-branch=main')
  await commit()
  await git('checkout', '--quiet', '-b', 'other')
  await installer.writeLock([{ ...alpha, version: '2.0.0' }])
  await commit()
  await git('checkout', '--quiet', 'main')
  await installer.writeLock([...fakeTools(), { ...alpha, name: 'gamma', links: { gamma: 'bin/alpha' } }])
  await commit()
  const { stdout: ours } = await mochi(['toolchain', 'id'])
  expect((await git('merge', 'other')).stdout).toContain('CONFLICT')
  expect((await mochi([])).stdout).toContain(`next:   ${MEND_LOCK}\n`)
  for (const line of ['setup', 'toolchain lock', 'toolchain id'])
    expect((await mochi(line.split(' '))).stderr).toMatch(/ {2}next: {2}git checkout HEAD [^]*INSTALL_LOCK_DAMAGED/)
  const [restore = '', lock = ''] = MEND_LOCK.split(', then ')
  await mkdir(join(checkout, 'deep'))
  expect(await runProcess('sh', ['-c', restore], { cwd: join(checkout, 'deep'), env })).toMatchObject({ code: 0 })
  expect((await mochi(['toolchain', 'id'])).stdout).toBe(ours)
  expect((await runProcess('sh', ['-c', lock], { cwd: checkout, env })).stdout).toContain('main.ts toolchain lock\n')
})

test('advice leaves a path alone in which the launcher’s name stands', async () => {
  await using launcher = await createBareLauncher()
  const { installer } = launcher
  await installer.folder.write({ 'checkout/sub/mochi-tools/env/x': '', 'checkout/sub/mochi-tools/opt/x': '' })
  const cwd = join(installer.checkout, 'sub')
  const env = { ...installer.env, MOCHI_PREFIX: './mochi-tools' }
  const { stderr } = await runProcess('../mochi', ['uninstall'], { cwd, env })
  expect(stderr).toContain(`  next:  rm -rf '${cwd}/mochi-tools/env' '${cwd}/mochi-tools/opt'\n`)
})

test('what is there runs as it stands, however old the dependencies are', async () => {
  await using launcher = await createBareLauncher()
  const { installer, mochi } = launcher
  await mochi(['test'])
  const calls = await launcher.calls()
  await makeNewer(join(installer.checkout, 'pnpm-lock.yaml'), 10)
  for (const args of HARMLESS.filter((words) => words.join(' ') !== 'toolchain id'))
    expect(await mochi(args)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${['main.ts', ...args].join(' ')}\n`) as string,
    })
  expect(await launcher.calls()).toBe(calls)
})

test.each(['why x:y', 'toolchain check', 'toolchain profile add'])(
  '`mochi %s` installs what it needs',
  async (line) => {
    await using launcher = await createBareLauncher()
    const { code, stdout } = await launcher.mochi(line.split(' '))
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`main.ts ${line}\n`) as string })
    expect(await launcher.calls()).toContain('install --frozen-lockfile')
  },
)
