import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess, startProcess } from '@mochi/testing'
import type { TestProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createLauncher, fakeTools, makeNewer, scriptTool } from './testing/launcher.ts'
import type { Launcher } from './testing/launcher.ts'
import { findProgram } from './testing/programs.ts'
import { startProxy } from './testing/proxy.ts'

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

test.each(['setup', 'ci', 'test'])(
  '%s says once, in a fresh clone, that the dependencies come first',
  async (command) => {
    await using launcher = await createLauncher()
    expect((await launcher.mochi([command])).stderr).toContain('not set up yet: its dependencies come first')
    expect((await launcher.mochi([command])).stderr).not.toContain('not set up')
  },
)

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

  test('what pnpm has not stored it is asked for all the same; when that fails too, one error has both reasons', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    const takeCalls = createCallLog(launcher)
    await mochi(['exec', '--', 'alpha'])
    await installer.folder.write({ 'home/fail': 'ERR_PNPM_OF_ANY_KIND' })
    const { code, stderr } = await mochi(['test'], { env: { MOCHI_REGISTRY: NOBODY } })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^pnpm says this\nERR_PNPM_OF_ANY_KIND\nerror: .*\n {2}where: http:\/\/127\.0\.0\.1:9: .*\n {2}next: .*\n.*LAUNCHER_REGISTRY_UNREACHABLE.*\n$/,
      ) as string,
    })
    expect(await takeCalls()).toEqual([`${FROZEN} ${OFFLINE}`, `${FROZEN} (retries after 1000)`])
    expect(await readdir(join(installer.checkout, 'node_modules'))).toEqual([])
  })

  test('a registry that is only slow to answer our question serves pnpm, which is told to be brief unless it was told before', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    const takeCalls = createCallLog(launcher)
    await mochi(['exec', '--', 'alpha'])
    installer.server.answers.set('/-/ping', () => undefined)
    await installer.folder.write({ 'home/lacks': 'ERR_PNPM_NO_OFFLINE_TARBALL' })
    const { code, stdout, stderr } = await mochi(['test'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await takeCalls()).toEqual([`${FROZEN} ${OFFLINE}`, `${FROZEN} (retries after 1000)`])
    expect(stdout).toContain('\npnpm_config_fetch_retry_mintimeout=\n')
    expect((await stat(join(installer.checkout, 'node_modules/.mochi-stamp'))).size).toBe(0)
    await makeNewer(join(installer.checkout, 'pnpm-lock.yaml'), 10)
    await installer.folder.write({ 'home/told': '7' })
    expect((await mochi(['test'])).code).toBe(0)
    expect(await takeCalls()).toEqual([`${FROZEN} ${OFFLINE}`, FROZEN])
  })

  test.each([401, 404, 407, 501, 503])('that says %i does answer', async (status) => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    const takeCalls = createCallLog(launcher)
    installer.server.answers.set('/-/ping', (_, response) => response.writeHead(status).end())
    expect((await mochi(['test'])).stderr).not.toContain('warning')
    expect(await takeCalls()).toEqual([FROZEN])
  })

  test('it is asked in words that do not depend on the language of the user', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await mochi(['exec', '--', 'alpha'])
    await rm(join(installer.folder.path, 'programs/curl'))
    const wget =
      '#!/bin/sh\ncase $* in *--version*) echo GNU Wget; exit ;; esac\n[ "$LC_ALL" = C ] && echo ERROR 404 >&2 || echo FEHLER 404 >&2; exit 8\n'
    await installer.folder.write({ 'programs/wget': wget }, { mode: 0o755 })
    const { code, stderr } = await mochi(['test'], { env: { LC_ALL: 'C.UTF-8', LANGUAGE: 'de' } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('warning') as string })
  })

  test.each([
    ['proxy', ''],
    ['https-proxy', 'proxy=http://127.0.0.1:9\n'],
    ['http-proxy', 'https-proxy=http://127.0.0.1:9\n'],
  ])('the %s of .npmrc leads to it, as it leads pnpm', async (setting, others) => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await using proxy = await startProxy()
    await mochi(['exec', '--', 'alpha'])
    const registry = `http://registry.example:${installer.server.port}`
    const env = { MOCHI_REGISTRY: registry, http_proxy: NOBODY }
    expect((await mochi(['test'], { env })).stderr).toContain('warning')
    await installer.folder.write({ 'home/.npmrc': `${others}${setting}=${proxy.url}\n` })
    expect((await mochi(['test'], { env })).stderr).toBe('')
    expect(proxy.seen.items).toEqual([`GET ${registry}/-/ping`])
    await installer.folder.write({ 'checkout/.npmrc': 'noproxy=registry.example\n' })
    expect((await mochi(['setup'], { env })).stderr).toContain('warning')
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
      const own = `${await readFile(join(checkout, 'pnpm-lock.yaml'), 'utf8')}\n# of somebody's own\n`
      await folder.write({ 'checkout/pnpm-lock.yaml': own })
      expect(await run()).toMatchObject({ code: 0, stderr: expect.stringMatching(/^warning: .*\n$/) as string })
      expect(await readFile(join(checkout, 'pnpm-lock.yaml'), 'utf8')).toBe(own)
      const [written, stamped] = await Promise.all(
        ['pnpm-lock.yaml', 'node_modules/.mochi-stamp'].map((name) => stat(join(checkout, name))),
      )
      expect(written?.mtimeMs).toBeLessThanOrEqual(stamped?.mtimeMs ?? 0)
      await folder.write({
        'checkout/libs/two/package.json': manifest('two', { dependencies: { one: 'workspace:*' } }),
      })
      expect((await run()).stderr).toContain('wrote pnpm-lock.yaml: commit it')
      const lock = await readFile(join(checkout, 'pnpm-lock.yaml'), 'utf8')
      expect(lock).toContain('libs/two:')
      await folder.write({ 'checkout/libs/two/package.json': manifest('two', { dependencies: { left: '1.0.0' } }) })
      expect(await run()).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/fetch metadata from [^]*\nerror: [^]*LAUNCHER_REGISTRY_UNREACHABLE/) as string,
      })
      await folder.write({ 'checkout/pnpm-lock.yaml': lock.replace('9.0', '1.0') })
      expect(await run()).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/BROKEN_LOCKFILE[^]*LAUNCHER_REGISTRY_UNREACHABLE/) as string,
      })
    },
  )
})

describe('two at once', () => {
  /** A pnpm that writes down that it has begun, and goes on when somebody writes into `go`: what it must end with. */
  const SLOW = [
    'case "$*" in *config* | *--lockfile-only*) exit ;; esac',
    'echo begun >>"$HOME/calls"; echo pnpm works; read -r code <"$HOME/go"; exit "$code"',
  ].join('\n')

  async function createSlowLauncher(): Promise<{
    launcher: Launcher
    start: (command?: string) => TestProcess
    go: (code?: number) => Promise<void>
  }> {
    const launcher = await createLauncher([fakeTools()[0], scriptTool('pnpm', SLOW)])
    const { installer } = launcher
    await runProcess('mkfifo', [join(installer.home, 'go')])
    await launcher.mochi(['exec', '--', 'node'])
    return {
      launcher,
      start: (command = 'test') =>
        startProcess(join(installer.checkout, 'mochi'), [command], { cwd: installer.checkout, env: installer.env }),
      go: (code = 0) => writeFile(join(installer.home, 'go'), `${code}\n`),
    }
  }

  test('one installs; the other waits, says for whom, and does not install again', async () => {
    const { launcher, start, go } = await createSlowLauncher()
    await using _ = launcher
    const first = start()
    await first.waitFor('pnpm works')
    const second = start()
    await second.waitFor(
      /another mochi \(process \d+\) installs the dependencies here; waiting \(.* remove .*\/node_modules\/\.mochi-installing\.\d\S+\)/,
    )
    await go()
    expect(await Promise.all([first.ended, second.ended])).toMatchObject([{ code: 0 }, { code: 0 }])
    expect(await launcher.calls()).toBe('begun\n')
    expect(await readdir(join(launcher.installer.checkout, 'node_modules'))).toEqual(['.mochi-stamp'])
  })

  test('a setup that waited does its own work, whatever the stamp says: the one before may have failed', async () => {
    const { launcher, start, go } = await createSlowLauncher()
    await using _ = launcher
    const stamp = join(launcher.installer.checkout, 'node_modules/.mochi-stamp')
    await launcher.installer.folder.write({ 'checkout/node_modules/.mochi-stamp': '' })
    await makeNewer(stamp, 10)
    const first = start('setup')
    await expect.poll(() => launcher.calls()).toBe('begun\n')
    const second = start('setup')
    await second.waitFor('another mochi')
    await go(7)
    expect((await first.ended).code).toBe(1)
    await go(0)
    expect((await second.ended).code).toBe(0)
    expect(await launcher.calls()).toBe('begun\nbegun\n')
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
    expect(await readdir(join(launcher.installer.checkout, 'node_modules'))).not.toContainEqual(
      expect.stringContaining('.mochi-installing'),
    )
  })
})
