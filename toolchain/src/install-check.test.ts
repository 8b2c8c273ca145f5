import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createInstaller } from './testing/installer.ts'
import { findProgram, INSTALLER_PROGRAMS } from './testing/programs.ts'

test('a machine that has everything is told so; nothing is downloaded and nothing is made', async () => {
  await using installer = await createInstaller()
  const { code, stdout, stderr } = await installer.run(['--check'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/ok {7}registry: http:\/\/127\.0\.0\.1:\d+ \(from MOCHI_REGISTRY\)/)
  expect(stdout).toContain('not installed (next: ./mochi setup)')
  expect(stdout).toMatch(/nothing is missing\n$/)
  expect(installer.server.requests.items).toMatchObject([{ path: '/-/ping', authorization: undefined }])
  expect(await readdir(installer.folder.path)).not.toContain('prefix')
})

/** A machine with one downloader. */
function only(name: string): { programs: readonly string[]; as: Readonly<Record<string, string>> } {
  return {
    programs: [...INSTALLER_PROGRAMS.filter((program) => program !== 'curl'), name === 'curl' ? 'curl' : 'wget'],
    as: name === 'busybox' ? { wget: 'busybox' } : {},
  }
}

test.each(['curl', 'wget', 'busybox'])('the registry is asked once by %s: any answer will do', async (name) => {
  await using installer = await createInstaller(only(name))
  const look = async (url?: string) =>
    (await installer.run(['--check'], url === undefined ? {} : { env: { MOCHI_REGISTRY: url } })).stdout
  expect(await look()).toContain('ok       registry: ')
  installer.server.answers.set('/-/ping', (_, response) => response.writeHead(401).end())
  expect(await look(installer.server.url.replace('//', '//user:secret@'))).toContain('ok       registry: ')
  installer.server.answers.set('/-/ping', (_, response) => response.writeHead(503).end())
  const paths = installer.server.requests.items.length
  expect(await look()).toContain('ok       registry: ')
  expect(installer.server.requests.items).toHaveLength(paths + 1)
  expect(await look('http://127.0.0.1:9')).toMatch(
    /missing {2}registry: .*\n +where: http:\/\/127\.0\.0\.1:9: .*\n +next: {2}\S.*\n +code: {2}LAUNCHER_REGISTRY_UNREACHABLE\n/,
  )
})

test('no clock of a question that was answered runs on', async () => {
  await using installer = await createInstaller(only('busybox'))
  const sleep = `#!/bin/sh\necho $$ >>"$HOME/sleepers"\nexec ${findProgram('sleep')} "$@"\n`
  await rm(installer.folder.join('programs/sleep'))
  await installer.folder.write({ 'programs/sleep': sleep }, { mode: 0o755 })
  const begun = () => readFile(join(installer.home, 'sleepers'), 'utf8').catch(() => '')
  installer.server.answers.set('/-/ping', (_, response) => {
    void expect
      .poll(begun)
      .not.toBe('')
      .then(() => response.end('{}'))
  })
  await using check = installer.start(['--check'])
  expect((await check.ended).stdout).toContain('ok       registry: ')
  const sleeper = Number(await begun())
  expect(sleeper).toBeGreaterThan(1)
  await expect.poll(() => isAlive(sleeper), { timeout: 2000 }).toBe(false)
})

test.each(['curl', 'busybox'])(
  'a registry that takes the connection and says nothing is given up after some seconds by %s',
  { timeout: 30_000 },
  async (name) => {
    await using installer = await createInstaller(only(name))
    installer.server.answers.set('/-/ping', () => undefined)
    const { stdout } = await installer.run(['--check'])
    expect(stdout).toContain('LAUNCHER_REGISTRY_UNREACHABLE')
  },
)

test('everything that is missing is listed at once, each with the command that mends it', async () => {
  const without = ['curl', 'git', 'gzip', 'sha256sum', 'sha512sum']
  await using installer = await createInstaller({
    programs: INSTALLER_PROGRAMS.filter((name) => !without.includes(name)),
  })
  await mkdir(installer.prefix)
  await chmod(installer.prefix, 0o777)
  const { code, stdout } = await installer.run(['--check'])
  expect(code).toBe(1)
  const missing = [
    ...stdout.matchAll(/^ {2}missing {2}(\w+): .*\n(?: +where: .*\n)? +next: {2}\S.*\n +code: {2}INSTALL_\w+$/gm),
  ]
  expect(missing.map(([, name]) => name)).toEqual(['download', 'digest', 'gzip', 'git', 'prefix'])
  expect(stdout).toMatch(/\n5 missing\n$/)
})

test('who is root is not told to use sudo, nor is who has none', async () => {
  const programs = INSTALLER_PROGRAMS.filter((name) => !['git', 'id'].includes(name))
  await using installer = await createInstaller({ programs })
  const write = (name: string, script: string) =>
    installer.folder.write({ [`programs/${name}`]: `#!/bin/sh\n${script}\n` }, { mode: 0o755 })
  const hint = async () => / +next: {2}(.*install.* git)\n/.exec((await installer.run(['--check'])).stdout)?.[1]
  await write('apt-get', ':')
  await write('id', 'echo 0')
  expect(await hint()).toBe('apt-get install -y git')
  await write('id', 'echo 1000')
  expect(await hint()).toBe('as root: apt-get install -y git')
  await write('sudo', ':')
  expect(await hint()).toBe('sudo apt-get install -y git')
})

test('the same as JSON', async () => {
  await using installer = await createInstaller({ programs: INSTALLER_PROGRAMS.filter((name) => name !== 'git') })
  const { code, stdout } = await installer.run(['--check', '--json'], {
    env: { MOCHI_REGISTRY: installer.server.url.replace('//', '//user:pass"word@') },
  })
  const report = JSON.parse(stdout) as { findings: { state: string }[] }
  expect({ code, ...report }).toMatchObject({ code: 1, root: installer.checkout, prefix: installer.prefix })
  expect(report.findings.filter(({ state }) => state !== 'ok')).toEqual([
    {
      ...{ id: 'git', state: 'missing', code: 'INSTALL_PROGRAM_MISSING' },
      found: expect.stringContaining('git') as string,
      meaning: 'The toolchain cannot be installed.',
      fix: expect.stringContaining('git') as string,
    },
    {
      ...{ id: 'toolchain.installed', state: 'warn', fix: './mochi setup' },
      found: expect.stringMatching(/^[0-9a-f]{16}, not installed$/) as string,
      meaning: 'The pinned tools are not there yet.',
    },
  ])
  expect(stdout).not.toContain('pass')
})

test('a control character in what was found does not break the JSON', async () => {
  await using installer = await createInstaller()
  const { stdout } = await installer.run(['--check', '--json'], { env: { MOCHI_PREFIX: '/tmp/a\u001b[2J\u0007\tb' } })
  expect(JSON.parse(stdout)).toMatchObject({ prefix: '/tmp/a [2J  b' })
})

test.each([
  ['500000', 1, /missing {2}disk\.prefix: 600 MB .* 512\.0 MB free at .*\n[^]*another\/disk[^]*INSTALL_DISK_FULL/],
  ['585937', 1, /missing {2}disk\.prefix/],
  ['585938', 0, /ok {7}disk\.prefix: 600\.0 MB free at \S+\n/],
  ['72000000', 0, /ok {7}disk\.prefix: 73\.7 GB free at \S+\n/],
])('a disk with %s kB free, where the prefix will be', async (free, code, words) => {
  await using installer = await createInstaller()
  await rm(installer.folder.join('programs/df'))
  const df = `#!/bin/sh\n[ -d "$2" ] || exit 1\nprintf 'names\\nx 9 9 ${free} 9 /\\n'\n`
  await installer.folder.write({ 'programs/df': df }, { mode: 0o755 })
  const { code: ended, stdout } = await installer.run(['--check'])
  expect({ ended, stdout }).toEqual({ ended: code, stdout: expect.stringMatching(words) as string })
})

test.each(['nonsense', 'user:secret@registry.example'])('a registry %j that is no address', async (value) => {
  await using installer = await createInstaller()
  const env = { MOCHI_REGISTRY: undefined, npm_config_registry: value, MOCHI_NODE_SITE: installer.server.url }
  const { code, stdout } = await installer.run(['--check'], { env })
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: expect.stringMatching(/missing {2}registry: npm_config_registry must be an address that begins/) as string,
  })
  expect(stdout.includes(value)).toBe(value === 'nonsense')
  expect((await installer.run([], { env })).stderr).toMatch(
    /where: .*npm_config_registry must be an address[^]*next: {2}MOCHI_REGISTRY=https[^]*INSTALL_DOWNLOAD_FAILED/,
  )
})

test('a proxy that is set is what to check; without one it is what to set', async () => {
  await using installer = await createInstaller()
  const hint = async (env: Record<string, string>) => {
    const { stdout } = await installer.run(['--check'], { env: { MOCHI_REGISTRY: 'http://127.0.0.1:9', ...env } })
    return / +next: {2}check the network, (.*), then/.exec(stdout)?.[1]
  }
  const proxy = 'http://user:secret@127.0.0.1:9'
  expect(await hint({})).toBe('or set https_proxy')
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy'])
    expect(await hint({ [name]: proxy })).toBe(`and ${name} (http://127.0.0.1:9)`)
  await installer.folder.write({ 'home/.npmrc': `proxy=${proxy}\n` })
  expect(await hint({})).toBe('and the proxy of .npmrc (http://127.0.0.1:9)')
})

test('without pnpm-lock.yaml no dependencies can be installed, whatever is installed', async () => {
  await using installer = await createInstaller()
  await rm(join(installer.checkout, 'pnpm-lock.yaml'))
  const lacks = /missing {2}dependencies: .*\n.*\n +next: {2}git checkout HEAD -- :\/pnpm-lock\.yaml\n/
  expect((await installer.run(['--check'])).stdout).toMatch(lacks)
  await installer.run()
  await installer.folder.write({ 'checkout/node_modules/.mochi-stamp': '' })
  expect((await installer.run(['--check'])).stdout).toMatch(lacks)
})

test('once it is installed, it says so', async () => {
  await using installer = await createInstaller()
  await installer.run()
  await installer.folder.write({ 'checkout/node_modules/.mochi-stamp': '' })
  expect((await installer.run(['--check'])).stdout).toMatch(
    /ok {7}toolchain\.installed: [0-9a-f]{16}, installed\n[^]*nothing is missing\n$/,
  )
})
