import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess, startProcess } from '@mochi/testing'
import type { TestProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createLauncher, fakeTools, scriptTool } from './testing/launcher.ts'
import type { Launcher } from './testing/launcher.ts'
import { findProgram } from './testing/programs.ts'

const FROZEN = 'install --frozen-lockfile'
const OFFLINE = '--offline --trust-lockfile'
const LOOK = `${FROZEN} --lockfile-only ${OFFLINE}`

/** A port of this machine where nobody listens. */
const NOBODY = 'http://127.0.0.1:9'

/** What pnpm was asked since the last time, without the folder. */
function createCallLog({ calls, installer }: Launcher): () => Promise<string[]> {
  let seen = 0
  return async () => {
    const all = (await calls()).split('\n').slice(0, -1)
    const fresh = all.slice(seen).map((line) => line.replace(`pnpm --dir ${installer.checkout} `, ''))
    seen = all.length
    return fresh
  }
}

describe('setup', () => {
  test('always asks pnpm, by the lock file as it is', async () => {
    await using launcher = await createLauncher()
    const takeCalls = createCallLog(launcher)
    await launcher.mochi(['test'])
    expect(await takeCalls()).toEqual([FROZEN])
    await launcher.mochi(['setup'])
    expect(await takeCalls()).toEqual([LOOK, FROZEN])
  })

  test.each([
    'ERR_PNPM_OUTDATED_LOCKFILE',
    'ERR_PNPM_PACKAGE_MANAGER_NO_IMPORTER',
    'ERR_PNPM_LOCKFILE_CONFIG_MISMATCH',
  ])(
    'writes the lock file when it is behind (%s) and says so; no other command does, and nothing does in CI',
    async (code) => {
      await using launcher = await createLauncher()
      const { installer, mochi } = launcher
      const takeCalls = createCallLog(launcher)
      await installer.folder.write({ 'home/behind': code })
      for (const [args, env] of [
        [['test'], {}],
        [['setup'], { CI: 'true' }],
      ] as const)
        expect((await mochi(args, { env })).stderr).toContain('LAUNCHER_DEPENDENCIES_FAILED')
      expect(await takeCalls()).toEqual([FROZEN, FROZEN])
      const { code: ended, stderr } = await mochi(['setup'], { env: { CI: 'false' } })
      expect({ ended, stderr }).toEqual({ ended: 0, stderr: expect.stringContaining('commit it') as string })
      expect(await takeCalls()).toEqual([LOOK, 'install --no-frozen-lockfile', FROZEN])
      await mochi(['test'])
      expect(await takeCalls()).toEqual([])
    },
  )

  test('mends the shell profiles of a prefix that was copied, without asking anybody', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await mochi(['test'])
    const copy = installer.folder.join('copy')
    await cp(installer.prefix, copy, { recursive: true, verbatimSymlinks: true })
    const asked = installer.server.requests.items.length
    expect(await mochi(['setup'], { env: { MOCHI_PREFIX: copy } })).toMatchObject({ code: 0, stderr: '' })
    expect(await readFile(join(copy, 'etc/profile.sh'), 'utf8')).toContain(`PATH='${copy}/env/current/bin'`)
    expect(installer.server.requests.items.slice(asked).map(({ path }) => path)).toEqual(['/-/ping'])
  })

  test('leaves a broken lock file alone', async () => {
    await using launcher = await createLauncher()
    const takeCalls = createCallLog(launcher)
    await launcher.installer.folder.write({ 'home/fail': 'ERR_PNPM_BROKEN_LOCKFILE' })
    const { code, stderr } = await launcher.mochi(['setup'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('LAUNCHER_DEPENDENCIES_FAILED') as string,
    })
    expect(await takeCalls()).toEqual([LOOK, FROZEN])
  })
})

describe('a registry that does not answer', () => {
  test('what pnpm has stored is used, and the next command asks again', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    const takeCalls = createCallLog(launcher)
    await mochi(['exec', '--', 'alpha'])
    const { code, stderr } = await mochi(['test'], { env: { MOCHI_REGISTRY: NOBODY } })
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^warning: the registry .*\(7\).*\n$/) as string,
    })
    expect(await takeCalls()).toEqual([`${FROZEN} ${OFFLINE}`])
    const asked = installer.server.requests.items.length
    expect((await mochi(['test'])).stderr).toBe('')
    expect(installer.server.requests.items.slice(asked).map(({ path }) => path)).toEqual(['/-/ping'])
    await mochi(['test'])
    expect(await takeCalls()).toEqual([FROZEN])
  })

  test('what pnpm has not stored is one error; another failure is not blamed on the network', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await mochi(['exec', '--', 'alpha'])
    await installer.folder.write({ 'home/fail': 'ERR_PNPM_NO_OFFLINE_TARBALL' })
    const env = { MOCHI_REGISTRY: NOBODY }
    const { code, stderr } = await mochi(['test'], { env })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^error: .*\n {2}where: http:\/\/127\.0\.0\.1:9: .*\n {2}next: .*\n.*LAUNCHER_REGISTRY_UNREACHABLE.*\n$/,
      ) as string,
    })
    await writeFile(join(installer.home, 'fail'), 'ERR_PNPM_BROKEN_LOCKFILE')
    expect((await mochi(['test'], { env })).stderr).toMatch(/BROKEN_LOCKFILE[^]*LAUNCHER_DEPENDENCIES_FAILED/)
  })

  test(
    'the real pnpm: its store serves, what it lacks is told at once, and the lock file is written when it must',
    { timeout: 60_000 },
    async () => {
      const pnpm = scriptTool('pnpm', `exec ${findProgram('pnpm')} "$@"`)
      await using launcher = await createLauncher([fakeTools()[0], pnpm])
      const { installer, mochi } = launcher
      const { checkout, folder } = installer
      const manifest = (name: string, rest: object = {}) =>
        JSON.stringify({ name, version: '1.0.0', private: true, ...rest })
      await folder.write({
        'checkout/package.json': manifest('all'),
        'checkout/pnpm-workspace.yaml': 'packages: [libs/*]\n',
        'checkout/libs/one/package.json': manifest('one'),
        'checkout/pnpm-lock.yaml': '',
      })
      await rm(join(checkout, 'pnpm-lock.yaml'))
      await runProcess(findProgram('pnpm'), ['install', '--offline', '--lockfile-only'], {
        cwd: checkout,
        env: { ...installer.env },
      })
      await mochi(['exec', '--', 'node'])
      const run = () => mochi(['setup'], { env: { MOCHI_REGISTRY: NOBODY } })
      expect(await run()).toMatchObject({ code: 0, stderr: expect.stringMatching(/^warning: .*\n$/) as string })
      await folder.write({
        'checkout/libs/two/package.json': manifest('two', { dependencies: { one: 'workspace:*' } }),
      })
      expect((await run()).stderr).toContain('wrote pnpm-lock.yaml: commit it')
      const lock = await readFile(join(checkout, 'pnpm-lock.yaml'), 'utf8')
      expect(lock).toContain('libs/two:')
      await folder.write({ 'checkout/libs/two/package.json': manifest('two', { dependencies: { left: '1.0.0' } }) })
      expect(await run()).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^error: [^]*LAUNCHER_REGISTRY_UNREACHABLE/) as string,
      })
      await folder.write({ 'checkout/pnpm-lock.yaml': lock.replace('9.0', '1.0') })
      expect(await run()).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/BROKEN_LOCKFILE[^]*LAUNCHER_DEPENDENCIES_FAILED/) as string,
      })
    },
  )
})

describe('two at once', () => {
  /** A pnpm that writes down that it has begun, and goes on when somebody writes into `go`. */
  const SLOW =
    'case "$*" in *config*) exit ;; esac\necho begun >>"$HOME/calls"; echo pnpm works; read -r line <"$HOME/go"'

  async function createSlowLauncher(): Promise<{
    launcher: Launcher
    start: () => TestProcess
    go: () => Promise<void>
  }> {
    const launcher = await createLauncher([fakeTools()[0], scriptTool('pnpm', SLOW)])
    const { installer } = launcher
    await runProcess('mkfifo', [join(installer.home, 'go')])
    await launcher.mochi(['exec', '--', 'node'])
    return {
      launcher,
      start: () =>
        startProcess(join(installer.checkout, 'mochi'), ['test'], { cwd: installer.checkout, env: installer.env }),
      go: () => writeFile(join(installer.home, 'go'), 'on\n'),
    }
  }

  test('one installs; the other waits, says for whom, and does not install again', async () => {
    const { launcher, start, go } = await createSlowLauncher()
    await using _ = launcher
    const first = start()
    await first.waitFor('pnpm works')
    const second = start()
    await second.waitFor(
      /another mochi \(process \d+\) installs the dependencies here; waiting \(.* remove .*\/node_modules\/\.mochi-installing\)/,
    )
    await go()
    expect(await Promise.all([first.ended, second.ended])).toMatchObject([{ code: 0 }, { code: 0 }])
    expect(await launcher.calls()).toBe('begun\n')
    expect(await readdir(join(launcher.installer.checkout, 'node_modules'))).toEqual(['.mochi-stamp'])
  })

  test('a launcher that is killed leaves its pnpm at work, which is waited for; then the next goes on', async () => {
    const { launcher, start, go } = await createSlowLauncher()
    await using _ = launcher
    const first = start()
    await first.waitFor('pnpm works')
    first.kill('SIGKILL')
    const second = start()
    await second.waitFor('another mochi')
    expect(await launcher.calls()).toBe('begun\n')
    await go()
    await second.waitFor('pnpm works')
    await go()
    expect(await second.ended).toMatchObject({ code: 0 })
    expect(await launcher.calls()).toBe('begun\nbegun\n')
    expect(await readdir(join(launcher.installer.checkout, 'node_modules'))).toEqual(['.mochi-stamp'])
  })

  test('a lock of the dead is taken over by exactly one', async () => {
    const { launcher, start, go } = await createSlowLauncher()
    await using _ = launcher
    const dead = start()
    await dead.waitFor('pnpm works')
    dead.killGroup('SIGKILL')
    const others = [start(), start(), start()]
    await Promise.race(others.map((other) => other.waitFor('pnpm works')))
    await go()
    expect(await Promise.all(others.map(({ ended }) => ended))).toMatchObject(others.map(() => ({ code: 0 })))
    expect(await launcher.calls()).toBe('begun\nbegun\n')
    expect(await readdir(join(launcher.installer.checkout, 'node_modules'))).toEqual(['.mochi-stamp'])
  })

  test('a signal gives the lock back', async () => {
    const { launcher, start } = await createSlowLauncher()
    await using _ = launcher
    const first = start()
    await first.waitFor('pnpm works')
    first.killGroup('SIGINT')
    expect((await first.ended).code).not.toBe(0)
    expect(await readdir(join(launcher.installer.checkout, 'node_modules'))).not.toContain('.mochi-installing')
  })
})
