import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createInstaller } from './testing/installer.ts'
import type { Installer } from './testing/installer.ts'

/** What a machine answers when it is asked what it is: command to the output of a script that stands in for it. */
type Machine = {
  uname: string
  getconf?: string
  ldd?: string
  swVers?: string
  translated?: string
}

async function disguise(installer: Installer, machine: Machine): Promise<void> {
  const scripts = {
    uname: `echo '${machine.uname}'`,
    getconf: `case $1 in LONG_BIT) echo 64 ;; *) ${machine.getconf === undefined ? 'exit 1' : `echo '${machine.getconf}'`} ;; esac`,
    ldd: `echo '${machine.ldd ?? ''}' >&2; exit 1`,
    sw_vers: `echo '${machine.swVers ?? ''}'`,
    sysctl: machine.translated === undefined ? 'exit 1' : `echo ${machine.translated}`,
  }
  for (const [name, script] of Object.entries(scripts)) {
    const file = join(installer.env['PATH'] ?? '', name)
    await rm(file, { force: true })
    await writeFile(file, `#!/bin/sh\n${script}\n`)
    await chmod(file, 0o755)
  }
}

const GLIBC = { getconf: 'glibc 2.36' }

test.each<[string, Machine, string]>([
  ['linux-x64', { uname: 'Linux x86_64', ...GLIBC }, 'linux-x64'],
  ['linux-arm64', { uname: 'Linux aarch64', getconf: 'glibc 2.28' }, 'linux-arm64'],
  ['a Linux that only ldd knows', { uname: 'Linux x86_64', ldd: 'ldd (Debian GLIBC 2.31-13) 2.31' }, 'linux-x64'],
  ['a Mac with an Intel processor', { uname: 'Darwin x86_64', swVers: '13.5' }, 'darwin-x64'],
  ['a Mac of today', { uname: 'Darwin arm64', swVers: '26.1' }, 'darwin-arm64'],
  ['a shell under Rosetta', { uname: 'Darwin x86_64', swVers: '14.2.1', translated: '1' }, 'darwin-arm64'],
])('%s is recognised', async (_name, machine, platform) => {
  await using installer = await createInstaller()
  await disguise(installer, machine)
  expect((await installer.run(['--check'])).stdout).toContain(`ok       platform: ${platform}`)
  const { code, stdout } = await installer.run(['--quiet'])
  expect(code).toBe(0)
  expect(await readFile(join(stdout.trim(), 'platform'), 'utf8')).toBe(`${platform}\n`)
})

test.each<[string, Machine, RegExp]>([
  ['musl', { uname: 'Linux x86_64', ldd: 'musl libc (x86_64)' }, /this one has musl/],
  [
    'an old glibc',
    { uname: 'Linux x86_64', getconf: 'glibc 2.17' },
    /glibc 2\.28 or later is needed; this system has glibc 2\.17/,
  ],
  [
    'an old macOS',
    { uname: 'Darwin arm64', swVers: '13.4.1' },
    /macOS 13\.5 or later is needed; this is macOS 13\.4\.1/,
  ],
  ['a much older macOS', { uname: 'Darwin x86_64', swVers: '10.15.7' }, /this is macOS 10\.15\.7/],
  ['Git Bash', { uname: 'MINGW64_NT-10.0-22631 x86_64' }, /Windows is supported through WSL2[^]*wsl --install/],
  ['MSYS', { uname: 'MSYS_NT-10.0-22631 x86_64' }, /WSL2/],
  ['Cygwin', { uname: 'CYGWIN_NT-10.0 x86_64' }, /WSL2/],
  ['FreeBSD', { uname: 'FreeBSD amd64' }, /this is FreeBSD/],
  ['32-bit ARM', { uname: 'Linux armv7l', ...GLIBC }, /this is armv7l/],
  ['RISC-V', { uname: 'Linux riscv64', ...GLIBC }, /this is riscv64/],
])('%s is refused by name, before anything is downloaded', async (_name, machine, words) => {
  await using installer = await createInstaller()
  await disguise(installer, machine)
  const { code, stderr } = await installer.run()
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(words) as string })
  expect(stderr).toContain('INSTALL_PLATFORM_REFUSED')
  expect(installer.server.requests.items).toEqual([])
})

test('with --platform it does not matter what this machine is', async () => {
  await using installer = await createInstaller()
  await disguise(installer, { uname: 'FreeBSD amd64' })
  expect((await installer.run(['--platform', 'linux-x64'])).code).toBe(0)
})
