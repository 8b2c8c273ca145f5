import { chmod, chown, copyFile, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatError } from '@mochi/errors'
import { requireCommand, runProcess, startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { installErrors } from './install-errors.ts'
import { createInstaller } from './testing/installer.ts'
import type { Installer } from './testing/installer.ts'
import { createLauncher, fakeTools, makeNewer, scriptTool } from './testing/launcher.ts'
import { allShells, findProgram } from './testing/programs.ts'

describe('exec', () => {
  test('runs the command with the tools of the checkout, as it was given, where the user is', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    const first = await mochi(['exec', '--', 'alpha'])
    expect(first).toMatchObject({
      code: 0,
      stdout: 'alpha runs\n',
      stderr: expect.stringContaining('alpha 1.0.0 installed') as string,
    })
    const shell = ['sh', '-c', 'printf "%s|" "$PWD" "$@"; exit 42', 'sh', 'two words', '', '*', '--']
    const second = await mochi(['exec', '--', ...shell], { cwd: installer.home })
    expect(second).toMatchObject({ code: 42, stdout: `${installer.home}|two words||*|--|`, stderr: '' })
    expect((await mochi(['exec', 'alpha'])).stdout).toBe('alpha runs\n')
    expect(await launcher.calls()).toBe('')
    expect(await readdir(installer.checkout)).not.toContain('node_modules')
  })

  test.runIf(requireCommand('strace'))('starts no process but the command, once the toolchain is there', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await mochi(['exec', '--', 'alpha'])
    const traced = async (...args: string[]) => {
      const strace = [
        '-f',
        '-qq',
        '-e',
        'trace=execve,fork,vfork,clone,clone3',
        '-e',
        'signal=none',
        join(installer.checkout, 'mochi'),
      ]
      const { stderr } = await runProcess('strace', [...strace, ...args], {
        cwd: installer.checkout,
        env: { ...process.env, ...installer.env, PATH: process.env['PATH'] },
      })
      return stderr.split('\n').filter((line) => /^(?:\[pid +\d+\] )?(?:clone|fork|vfork|execve).*= \d+$/.test(line))
    }
    expect(await traced('toolchain', 'id')).toHaveLength(1)
    expect(await traced('env')).toHaveLength(1)
    expect(await traced('exec', '--', 'true')).toHaveLength(2)
  })

  test('a command that is not there is one error with the exit code of a shell; what is there by a path runs', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    const run = (...command: string[]) => mochi(['exec', '--', ...command])
    const script = '#!/bin/sh\necho "ran $1"\n'
    await installer.folder.write({ 'home/unfit': script })
    await installer.folder.write({ 'checkout/own': script, 'home/fit': script }, { mode: 0o755 })
    await mochi(['exec', '--', 'alpha'])
    // What only the shell has: a builtin, and a function of the launcher.
    for (const name of ['nope', 'cd', 'find_generation', './nope', ''])
      expect({ name, ...(await run(name)) }).toMatchObject({
        ...{ name, code: 127, stdout: '' },
        stderr: expect.stringMatching(
          /^error: .*\n( {2}where: .*\n)? {2}next: .*toolchain list[^]*LAUNCHER_COMMAND_NOT_FOUND.*\n$/,
        ) as string,
      })
    installer.env['PATH'] = `${installer.env['PATH'] ?? ''}:${installer.home}:`
    for (const name of ['unfit', join(installer.home, 'unfit'), installer.home])
      expect(await run(name)).toMatchObject({
        code: 126,
        stderr: expect.stringContaining('LAUNCHER_COMMAND_NOT_FOUND') as string,
      })
    // The empty entry of PATH is the current folder.
    for (const name of ['./own', join(installer.home, 'fit'), 'fit', 'own'])
      expect(await run(name, 'well')).toMatchObject({ code: 0, stdout: 'ran well\n', stderr: '' })
  })

  test.each(['opt/node', 'opt/alpha'])('a toolchain that has lost %s is mended, not passed over', async (lost) => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await mochi(['exec', '--', 'alpha'])
    await installer.folder.write(
      { 'programs/node': '#!/bin/sh\necho another\n', 'programs/alpha': '#!/bin/sh\necho another\n' },
      { mode: 0o755 },
    )
    await rm(join(installer.prefix, lost), { recursive: true })
    const tool = lost.slice('opt/'.length)
    const { code, stdout, stderr } = await mochi(['exec', '--', tool])
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`${tool} 1.0.0 installed`) as string })
    expect(stdout).toMatch(/^(?:node called with|alpha runs)/)
    expect(await mochi(['exec', '--', tool])).toMatchObject({ code: 0, stdout, stderr: '' })
  })

  test('without a command says how', async () => {
    await using launcher = await createLauncher()
    expect(await launcher.mochi(['exec', '--'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('LAUNCHER_NO_COMMAND') as string,
    })
  })
})

describe('env', () => {
  test('puts the tools on PATH by eval, whatever the values hold', async () => {
    await using launcher = await createLauncher()
    const MOCHI_REGISTRY = "http://it's.example/\\$(echo no)"
    const { stdout } = await launcher.mochi(['env'], { env: { MOCHI_REGISTRY: launcher.installer.server.url } })
    const script = `${stdout}alpha; printf %s "$npm_config_registry"`
    expect((await runProcess('sh', ['-c', script])).stdout).toBe(`alpha runs\n${launcher.installer.server.url}`)
    const quoted = await launcher.mochi(['env'], { env: { MOCHI_REGISTRY } })
    expect((await runProcess('sh', ['-c', `${quoted.stdout}printf %s "$npm_config_registry"`])).stdout).toBe(
      MOCHI_REGISTRY,
    )
    expect((await launcher.mochi(['env', '--zsh'])).stderr).toContain('LAUNCHER_USAGE')
  })

  test.runIf(requireCommand('fish'))('the same for fish', async () => {
    await using launcher = await createLauncher()
    const { stdout } = await launcher.mochi(['env', '--fish'])
    expect((await runProcess('fish', ['-N', '-c', `${stdout}\nalpha`])).stdout).toBe('alpha runs\n')
    const MOCHI_REGISTRY = "http://it's.example/\\'$HOME\\"
    const quoted = await launcher.mochi(['env', '--fish'], { env: { MOCHI_REGISTRY } })
    expect((await runProcess('fish', ['-N', '-c', `${quoted.stdout}printf %s $npm_config_registry`])).stdout).toBe(
      MOCHI_REGISTRY,
    )
  })
})

describe('a command that works on the checkout', () => {
  test('installs the toolchain, then the dependencies, and runs the program with the compile cache', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    const { code, stdout, stderr } = await mochi(['test', '--flag'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('pnpm says this') as string })
    expect(stdout).toContain(
      `node called with: ${installer.checkout}/tools/cli/src/main.ts test --flag\nin ${installer.checkout}\n`,
    )
    expect(stdout).toContain('NODE_USE_SYSTEM_CA=1')
    expect(stdout).toContain(`NODE_COMPILE_CACHE=${installer.prefix}/var/node-compile-cache`)
    expect(await launcher.calls()).toBe(`pnpm --dir ${installer.checkout} install --frozen-lockfile\n`)
  })

  test('completion installs nothing at a Tab: it runs with what is there', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await mochi(['test'])
    const calls = await launcher.calls()
    await makeNewer(join(installer.checkout, 'pnpm-lock.yaml'), 10)
    for (const args of [
      ['completion', 'bash'],
      ['__complete', 'te'],
    ])
      expect(await mochi(args)).toMatchObject({ code: 0, stdout: expect.stringContaining(args.join(' ')) as string })
    expect(await launcher.calls()).toBe(calls)
  })

  test.each(['node', 'generation'])('a %s that was lost comes back, and until then doctor answers', async (what) => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await mochi(['test'])
    await rm(what === 'node' ? join(installer.prefix, 'opt/node') : join(installer.prefix, 'env'), { recursive: true })
    expect(await mochi(['doctor'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing is missing') as string,
    })
    expect(await mochi(['--help'])).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('; dependencies installed\n') as string },
    })
    const { code, stdout } = await mochi(['check'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('main.ts check\n') as string })
  })

  test('what cannot be read or written has an error of its own, not the shell’s', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await mochi(['exec', '--', 'alpha'])
    await installer.folder.write({ 'checkout/node_modules': 'a file' })
    const { stderr } = await mochi(['test'])
    expect(stderr).toMatch(/^error: .*node_modules cannot be written[^]*LAUNCHER_DEPENDENCIES_FAILED .*\n$/)
    const lock = join(installer.checkout, 'toolchain/toolchain.lock')
    await writeFile(lock, '')
    for (const args of [['exec', '--', 'alpha'], ['toolchain', 'id'], ['test']])
      expect((await mochi(args)).stderr).toMatch(/^error: .*\n[^]*INSTALL_LOCK_DAMAGED .*\n$/)
    expect((await mochi([])).stdout).toContain('toolchain (the lock cannot be read) not installed')
    expect(await mochi(['doctor'])).toMatchObject({ code: 1, stderr: '' })
  })

  test('installs dependencies again only when the lock file is newer, and then without noise', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await mochi(['test'])
    await mochi(['test'])
    expect((await launcher.calls()).split('\n')).toHaveLength(2)
    await makeNewer(join(installer.checkout, 'pnpm-lock.yaml'), 10)
    expect((await mochi(['test'])).stderr).toBe('')
    expect((await launcher.calls()).split('\n')).toHaveLength(3)
    await makeNewer(join(installer.checkout, 'node_modules/.mochi-stamp'), 20)
    await mochi(['test'])
    expect((await launcher.calls()).split('\n')).toHaveLength(3)
  })

  test('a lock file that changes while dependencies are installed is seen by the next command', async () => {
    await using launcher = await createLauncher()
    const { installer } = launcher
    const slow =
      'case "$*" in *config*) exit ;; esac; echo called >>"$HOME/calls"; : >"$HOME/begun"; read -r line <"$HOME/go"'
    await installer.writeLock([fakeTools()[0], scriptTool('pnpm', slow)])
    await runProcess('mkfifo', [join(installer.home, 'go')])
    const running = startProcess(join(installer.checkout, 'mochi'), ['test'], {
      cwd: installer.checkout,
      env: installer.env,
    })
    await running.waitFor('is installed in')
    const release = writeFile(join(installer.home, 'go'), 'on\n')
    await makeNewer(join(installer.checkout, 'pnpm-lock.yaml'), 10)
    await Promise.all([release, running.ended])
    const again = startProcess(join(installer.checkout, 'mochi'), ['test'], {
      cwd: installer.checkout,
      env: installer.env,
    })
    await Promise.all([writeFile(join(installer.home, 'go'), 'on\n'), again.ended])
    expect(await launcher.calls()).toBe('called\ncalled\n')
  })

  test('dependencies that cannot be installed: what pnpm said, one error, and doctor still answers', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await installer.folder.write({ 'home/fail': '' })
    const { code, stdout, stderr } = await mochi(['test'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      /pnpm says this\nerror: The dependencies could not be installed[^]*LAUNCHER_DEPENDENCIES_FAILED/,
    )
    expect((await mochi(['doctor'])).stdout).toContain('missing  dependencies: ')
    await rm(join(installer.home, 'fail'))
    await mochi(['test'])
    await installer.folder.write({ 'home/fail': '' })
    await makeNewer(join(installer.checkout, 'pnpm-lock.yaml'), 10)
    expect((await mochi(['doctor'])).stdout).toContain('main.ts doctor\n')
    expect(await readdir(join(installer.checkout, 'node_modules'))).toEqual(['.mochi-stamp'])
  })

  test('MOCHI_REGISTRY reaches npm and pnpm, each by its own variable; Node hears of a proxy, but not for this machine', async () => {
    await using launcher = await createLauncher()
    const { stdout } = await launcher.mochi(['test'], {
      env: { https_proxy: 'http://proxy.example', NO_PROXY: 'intra.example' },
    })
    const url = launcher.installer.server.url
    expect(stdout).toContain(`npm_config_registry=${url}\npnpm_config_registry=${url}\n`)
    expect(stdout).toContain('NODE_USE_ENV_PROXY=1\nno_proxy=intra.example,localhost,127.0.0.1,::1\n')
    const own = await launcher.mochi(['test'], {
      env: { MOCHI_REGISTRY: undefined, npm_config_registry: 'http://own.example' },
    })
    expect(own.stdout).toContain('npm_config_registry=http://own.example\npnpm_config_registry=http://own.example\n')
    const upper = await launcher.mochi(['test'], {
      env: {
        ...{ MOCHI_REGISTRY: undefined, NPM_CONFIG_REGISTRY: 'http://upper.example' },
        ...{ http_proxy: 'http://proxy.example', no_proxy: '*' },
      },
    })
    expect(upper.stdout).toContain('\npnpm_config_registry=http://upper.example\n')
    expect(upper.stdout).toContain('\nno_proxy=*\n')
  })
})

/** Where process ids mean something, as the scripts name it. */
async function scopeOf({ checkout }: Installer): Promise<string> {
  const script = '. "$0"; find_scope; printf %s "$scope"'
  return (await runProcess('dash', ['-c', script, join(checkout, 'toolchain/lib/prefix.sh')])).stdout
}

describe('where it is called from', () => {
  test('by a link on PATH, from anywhere in a checkout; outside of one it says so', async () => {
    await using launcher = await createLauncher()
    const { installer } = launcher
    const below = join(installer.checkout, 'deep/er')
    await mkdir(below, { recursive: true })
    await symlink(join(installer.checkout, 'mochi'), join(installer.home, 'mochi'))
    for (const command of [join(installer.home, 'mochi'), join(installer.checkout, 'toolchain/bin/mochi')]) {
      const inside = await runProcess(command, ['exec', '--', 'alpha'], { cwd: below, env: installer.env })
      expect(inside).toMatchObject({ code: 0, stdout: 'alpha runs\n' })
      const outside = await runProcess(command, ['exec', '--', 'alpha'], { cwd: installer.home, env: installer.env })
      const found = 'mochi runs in a checkout, the one that the current folder is in; this folder is in none.'
      const error = installErrors.LAUNCHER_NO_CHECKOUT({ found, where: installer.home })
      const text = formatError(error)
        .replace(/next: .*/, 'next:  cd into a checkout, or git clone one')
        .replace(/ \(.*--explain .*\)/, '') // which would fail in the same way
      expect({ code: outside.code, stderr: outside.stderr }).toEqual({ code: 1, stderr: `${text}\n` })
    }
  })

  test('a checkout without toolchain.lock is one all the same: each command says what brings it back', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await installer.folder.write({
      'checkout/docs/reference/errors.md': '### INSTALL_LOCK_MISSING\n\n**It is gone.**\n',
    })
    await symlink(join(installer.checkout, 'mochi'), join(installer.home, 'mochi'))
    await rm(join(installer.checkout, 'toolchain/toolchain.lock'))
    const { stdout } = await mochi(['doctor'])
    for (const text of [
      (await mochi(['setup'])).stderr,
      (await mochi(['exec', '--', 'alpha'])).stderr,
      stdout.slice(stdout.indexOf('toolchain.lock: ')),
    ])
      expect(text).toMatch(
        /where: .*\/toolchain\.lock\n +next: {2}git checkout HEAD -- :\/toolchain\/toolchain\.lock.*\n +code: {2}INSTALL_LOCK_MISSING/,
      )
    for (const command of ['./mochi', join(installer.home, 'mochi'), './toolchain/bin/mochi']) {
      const args = ['--explain', 'INSTALL_LOCK_MISSING']
      const outcome = await runProcess(command, args, { cwd: installer.checkout, env: installer.env })
      expect(outcome).toMatchObject({ code: 0, stdout: 'INSTALL_LOCK_MISSING: It is gone\n' })
    }
  })

  test('what it advises can be typed where the user is', async () => {
    await using launcher = await createLauncher()
    const { installer } = launcher
    await installer.folder.write(
      { 'home/fail': '', 'checkout/deep/er/file': '', 'programs/mochi': '' },
      { mode: 0o755 },
    )
    const below = join(installer.checkout, 'deep/er')
    const whole = join(installer.checkout, 'mochi')
    for (const [command, cwd, name] of [
      ['./mochi', installer.checkout, './mochi'],
      ['../../mochi', below, '../../mochi'],
      [whole, installer.home, whole],
      [whole, below, 'mochi'],
    ] as const) {
      const run = (...args: string[]) => runProcess(command, args, { cwd, env: { ...installer.env } })
      expect((await run('exec')).stderr).toContain(
        `  next:  ${name} exec -- node --version\n  code:  LAUNCHER_NO_COMMAND (${name} --explain LAUNCHER_NO_COMMAND)\n`,
      )
      expect((await run()).stdout).toContain(`next:   ${name} up\n`)
      expect((await run('doctor')).stdout).toContain(`(next: ${name} setup)`)
      expect((await run('exec', '--help')).stdout).toContain(`usage: ${name} exec`)
    }
    const run = (...args: string[]) => runProcess('../../mochi', args, { cwd: below, env: { ...installer.env } })
    expect((await run('toolchain', 'list')).stderr).toContain(`  where: ${installer.checkout}\n`)
    expect((await run('test')).stderr).toContain(
      `  where: ${installer.checkout}\n  next:  ../../mochi doctor, then ../../mochi setup\n`,
    )
    await rm(join(installer.home, 'fail'))
    expect((await run('test')).stdout).toContain('MOCHI_COMMAND=../../mochi\n')
    expect((await run('exec', '--', 'sh', '-c', 'echo "${MOCHI_COMMAND-none}"')).stdout).toBe('none\n')
    await writeFile(join(installer.checkout, 'toolchain/toolchain.lock'), '')
    expect((await run('exec', '--', 'alpha')).stderr).toContain(', then ../../mochi toolchain lock\n')
  })

  const asRoot = process.getuid?.() === 0 && requireCommand('setpriv')
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups']

  test.runIf(asRoot)(
    'found on PATH it runs no checkout of somebody else, and none with links; root’s it does',
    async () => {
      await using launcher = await createLauncher()
      const { installer, mochi } = launcher
      await mochi(['exec', '--', 'alpha'])
      await symlink(join(installer.checkout, 'mochi'), join(installer.home, 'mochi'))
      await chmod(installer.folder.path, 0o755)
      const commands = [join(installer.home, 'mochi'), join(installer.prefix, 'mochi')]
      await copyFile(join(installer.checkout, 'toolchain/bin/mochi'), join(installer.prefix, 'mochi'))
      const run = (command: string, before: readonly string[] = []) => {
        const [first, ...rest] = [...before, command, 'exec', '--', 'alpha']
        return runProcess(first, rest, { cwd: installer.checkout, env: { ...installer.env, PATH: '/usr/bin:/bin' } })
      }
      const refused = { code: 1, stdout: '', stderr: expect.stringContaining('LAUNCHER_CHECKOUT_OF_OTHERS') as string }
      for (const command of commands) {
        expect(await run(command, ['/usr/bin/setpriv', ...asNobody])).toMatchObject({ code: 0, stdout: 'alpha runs\n' })
        await chown(join(installer.checkout, 'toolchain'), 65_534, 65_534)
        expect(await run(command)).toMatchObject(refused)
        expect((await mochi(['exec', '--', 'alpha'])).stdout).toBe('alpha runs\n')
        await chown(join(installer.checkout, 'toolchain'), 0, 0)
        await rename(join(installer.checkout, 'toolchain'), installer.folder.join('moved'))
        await symlink(installer.folder.join('moved'), join(installer.checkout, 'toolchain'))
        expect(await run(command)).toMatchObject(refused)
        await rm(join(installer.checkout, 'toolchain'))
        await rename(installer.folder.join('moved'), join(installer.checkout, 'toolchain'))
      }
    },
  )

  test.runIf(asRoot)(
    'a prefix that somebody else could have put there is not used; root’s is, by everybody',
    async () => {
      await using launcher = await createLauncher()
      const { installer, mochi } = launcher
      await mochi(['exec', '--', 'alpha'])
      await chmod(installer.folder.path, 0o755)
      await runProcess('cp', ['-a', installer.prefix, installer.folder.join('evil')])
      await runProcess('chown', ['-R', '65534:65534', installer.folder.join('evil')])
      await mkdir(installer.folder.join('open'))
      await chmod(installer.folder.join('open'), 0o777)
      const link = installer.folder.join('open/prefix')
      await symlink(installer.folder.join('evil'), link)
      const env = { MOCHI_PREFIX: link }
      expect(await mochi(['exec', '--', 'alpha'], { env })).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('INSTALL_PREFIX_UNSAFE') as string,
      })
      expect((await mochi(['doctor'], { env })).stdout).toMatch(/missing {2}prefix: .*user 65534/)
      await rm(link)
      await symlink(installer.prefix, link)
      expect((await mochi(['env'], { env })).stdout).toContain(`PATH='${installer.prefix}/env/`)
      const args = [...asNobody, join(installer.checkout, 'mochi'), 'exec', '--', 'alpha']
      const asOther = () => runProcess('/usr/bin/setpriv', args, { cwd: installer.checkout, env: { ...installer.env } })
      expect(await asOther()).toMatchObject({ code: 0, stdout: 'alpha runs\n' })
      await chmod(join(installer.prefix, 'opt'), 0o777)
      expect((await asOther()).stderr).toContain('INSTALL_PREFIX_UNSAFE')
    },
  )

  test('a generation is used from MOCHI_PREFIX, or from the home folder when it stands there', async () => {
    await using launcher = await createLauncher()
    const { installer, mochi } = launcher
    await mochi(['exec', '--', 'alpha'], { env: { MOCHI_PREFIX: undefined } })
    const asked = installer.server.requests.items.length
    expect((await mochi(['exec', '--', 'alpha'])).stdout).toBe('alpha runs\n')
    expect(installer.server.requests.items).toHaveLength(asked)
    expect((await mochi(['env'])).stdout).toContain(`${installer.home}/.mochi/env/`)
  })

  test.each(allShells().filter(({ available }) => available))('under $name', async (shell) => {
    await using installer = await createInstaller({ shell })
    const [program, ...flags] = shell.command
    const run = (...args: string[]) =>
      runProcess(findProgram(program), [...flags, 'mochi', ...args], { cwd: installer.checkout, env: installer.env })
    expect(await run('exec', '--', 'beta')).toMatchObject({ code: 0, stdout: 'beta runs\n' })
    expect((await run('env')).stdout).toContain(`export PATH='${installer.prefix}/env/`)
    expect(await run()).toMatchObject({ code: 0, stderr: '' })
    expect(await run('exec', '--', 'nope')).toMatchObject({ code: 127, stdout: '' })
    await installer.writeLock(fakeTools())
    await installer.folder.write({ 'checkout/pnpm-lock.yaml': '' })
    // A lock of a process that is gone, and a registry that is away.
    await mkdir(join(installer.checkout, 'node_modules'))
    expect((await run('exec', '--', 'alpha')).code).toBe(0)
    await installer.folder.write({
      [`checkout/node_modules/.mochi-installing.4194303.1@${await scopeOf(installer)}`]: '',
    })
    installer.env['MOCHI_REGISTRY'] = 'http://127.0.0.1:9'
    const { code, stdout, stderr } = await run('test')
    expect({ code, stdout, stderr }).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('main.ts test\n') as string },
      stderr: expect.stringMatching(/^warning: the registry does not answer .*\n$/) as string,
    })
    expect(await readdir(join(installer.checkout, 'node_modules'))).toEqual(['.mochi-stamp'])
  })
})
