import { chmod, mkdir, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireCommand, runProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createInstaller, digestOf, sampleTools, toolFolder } from './testing/installer.ts'
import type { Installer } from './testing/installer.ts'
import { allShells } from './testing/programs.ts'
import { packageMembers, packTarball } from './testing/tarball.ts'

describe.each(allShells())('under $name', (shell) => {
  test.runIf(shell.available)('the tools of the lock are installed, linked and run', async () => {
    await using installer = await createInstaller({ shell })
    const { code, stdout, stderr } = await installer.run()
    const generation = join(installer.prefix, 'env', await installer.generation())
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${generation}\n`,
      stderr: expect.stringContaining('alpha 1.0.0 installed (1 kB)') as string,
    })
    expect(await runTool(installer, 'alpha')).toBe('alpha runs\n')
    expect(await runTool(installer, 'bee')).toBe('beta runs\n')
    expect(await readdir(join(installer.prefix, 'tmp'))).toEqual([])
  })

  test.runIf(shell.available)('a second run asks no server and changes nothing', async () => {
    await using installer = await createInstaller({ shell })
    await installer.run()
    const history = await readHistory(installer)
    installer.server.answers.clear()
    const before = installer.server.requests.items.length
    const { code, stderr } = await installer.run()
    expect({ code, stderr, asked: installer.server.requests.items.length - before }).toEqual({
      code: 0,
      stderr: '',
      asked: 0,
    })
    expect(await readHistory(installer)).toBe(history)
  })

  test.runIf(shell.available)('wrong bytes are refused before they are unpacked', async () => {
    await using installer = await createInstaller({ shell })
    for (const path of installer.server.answers.keys()) installer.server.answers.set(path, Buffer.from('other bytes'))
    const { code, stdout, stderr } = await installer.run()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      /^error: The lock wants sha512 .*\n {2}where: .*\n {2}next: {2}.*\n {2}code: {2}INSTALL_DIGEST_MISMATCH .*\n$/,
    )
    expect(await readdir(join(installer.prefix, 'opt'))).toEqual([])
    expect(await readdir(join(installer.prefix, 'tmp'))).toEqual([])
  })
})

test('links are relative, so that a prefix can be copied', async () => {
  await using installer = await createInstaller()
  await installer.run()
  const [alpha] = sampleTools()
  const bin = join(installer.prefix, 'env/current/bin')
  expect(await readlink(join(bin, 'alpha'))).toBe(`../../../${toolFolder(alpha)}/bin/alpha`)
  const copy = installer.folder.join('copy')
  await runProcess('cp', ['-R', installer.prefix, copy])
  await runProcess('rm', ['-rf', installer.prefix])
  expect((await runProcess(join(copy, 'env/current/bin/alpha'), [])).stdout).toBe('alpha runs\n')
  expect(await readFile(join(copy, 'etc/profile.fish'), 'utf8')).toContain(installer.prefix)
  expect((await installer.run(['--quiet', '--prefix', copy])).code).toBe(0)
  for (const name of ['profile.sh', 'profile.fish']) {
    const text = await readFile(join(copy, 'etc', name), 'utf8')
    expect(text).toContain(`'${copy}/env/current/bin'`)
    expect(text).not.toContain(installer.prefix)
  }
})

test('only what the lock keeps is unpacked, the linked files are executable, nobody else may write', async () => {
  await using installer = await createInstaller()
  const [alpha, beta] = sampleTools()
  await installer.writeLock([{ ...alpha, keep: ['bin'] }, beta])
  await installer.run()
  expect(await readdir(join(installer.prefix, toolFolder(alpha)))).toEqual(['bin'])
  expect((await stat(join(installer.prefix, toolFolder(alpha), 'bin/alpha'))).mode & 0o777).toBe(0o755)
  expect((await stat(join(installer.prefix, toolFolder(beta), 'lib/deep/er/file.txt'))).mode & 0o777).toBe(0o644)
})

test('internal scripts are linked like tools, and one that is not the locked one is refused', async () => {
  await using installer = await createInstaller()
  const script = '#!/bin/sh\necho hello from a script\n'
  await writeFile(join(installer.checkout, 'toolchain/bin/hello'), script)
  await installer.writeLock(sampleTools(), [{ name: 'hello', digest: digestOf('sha256', script) }])
  expect((await installer.run()).code).toBe(0)
  expect(await runTool(installer, 'hello')).toBe('hello from a script\n')
  expect(await readlink(join(installer.prefix, 'env/current/bin/hello'))).toMatch(
    /^..\/..\/..\/opt\/scripts\/[0-9a-f]{12}\/hello$/,
  )

  await installer.writeLock(sampleTools(), [{ name: 'hello', digest: digestOf('sha256', 'another') }])
  const current = await readlink(join(installer.prefix, 'env/current'))
  expect(await installer.run()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('INSTALL_SCRIPT_CHANGED') as string,
  })
  expect(await readlink(join(installer.prefix, 'env/current'))).toBe(current)
})

test('going back to an installed generation needs no server and is written into the history', async () => {
  await using installer = await createInstaller()
  await installer.run()
  const first = await installer.generation()
  const [alpha] = sampleTools()
  await installer.writeLock([alpha])
  await installer.run()
  await installer.writeLock(sampleTools())
  installer.server.answers.clear()
  expect((await installer.run()).code).toBe(0)
  expect(await readlink(join(installer.prefix, 'env/current'))).toBe(first)
  const lines = (await readHistory(installer)).trim().split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[2]).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ ${first} ${installer.checkout}$`))
})

test('a tool whose folder was removed by hand comes back', async () => {
  await using installer = await createInstaller()
  await installer.run()
  await runProcess('rm', ['-rf', join(installer.prefix, 'opt/alpha')])
  expect((await installer.run()).code).toBe(0)
  expect(await runTool(installer, 'alpha')).toBe('alpha runs\n')
})

test('a tool that lost the file that the lock links, or the right to run it, comes back whole; and so does a link', async () => {
  await using installer = await createInstaller()
  await installer.run()
  const linked = join(installer.prefix, toolFolder(sampleTools()[0]), 'bin/alpha')
  const harms = [
    () => rm(linked),
    () => chmod(linked, 0o644),
    () => rm(join(installer.prefix, 'env/current/bin/alpha')),
  ]
  for (const harm of harms) {
    await harm()
    expect(await installer.run(['--quiet'])).toMatchObject({ code: 0, stderr: '' })
    expect(await runTool(installer, 'alpha')).toBe('alpha runs\n')
  }
  expect(await readdir(join(installer.prefix, 'tmp'))).toEqual([])
})

test('a tool may have any name, that of a link or folder of the installer too', async () => {
  await using installer = await createInstaller()
  const names = ['current', 'scripts', 'generation', 'replaced', 'npm', 'stderr']
  const tarball = packTarball(packageMembers({ it: '#!/bin/sh\necho it runs\n' }))
  await installer.writeLock(names.map((name) => ({ name, tarball, links: { [name]: 'it' } })))
  expect(await installer.run(['--quiet'])).toMatchObject({ code: 0, stderr: '' })
  expect(await readlink(join(installer.prefix, 'env/current'))).toBe(await installer.generation())
  for (const name of names) expect(await runTool(installer, name)).toBe('it runs\n')
})

test('the locked node tells its npm to install globally into ~/.local; an older installation learns it', async () => {
  await using installer = await createInstaller()
  await installer.writeLock([{ ...sampleTools()[0], name: 'node' }])
  await installer.run()
  const configuration = join(installer.prefix, toolFolder({ ...sampleTools()[0], name: 'node' }), 'etc/npmrc')
  expect(await readFile(configuration, 'utf8')).toBe('prefix=${HOME}/.local\n')
  await rm(join(configuration, '..'), { recursive: true })
  installer.server.answers.clear()
  expect(await installer.run(['--quiet'])).toMatchObject({ code: 0, stderr: '' })
  expect(await readFile(configuration, 'utf8')).toBe('prefix=${HOME}/.local\n')
})

/** What a terminal understands as: go back to the beginning of the line and clear it. */
const CLEAR_LINE = '\r\u001b[K'

test.runIf(requireCommand('script'))('on a terminal each tool has a line of its own', async () => {
  await using installer = await createInstaller()
  const command = `dash ${installer.checkout}/toolchain/install`
  const env = { ...installer.env, PATH: `${installer.env['PATH'] ?? ''}:/usr/bin:/bin` }
  const { stdout } = await runProcess('script', ['-qec', command, '/dev/null'], { env })
  const lines = stdout.split('\n').filter((line) => line.includes(' installed ('))
  expect(lines).toHaveLength(2)
  for (const line of lines) expect(line).toMatch(/(?:alpha|beta) 1\.0\.0 installed \(\d+ kB\)\r$/)
  const cleared = lines.map((line) => line.split(CLEAR_LINE).at(-1)?.slice(0, 5).trim())
  expect(cleared.sort()).toEqual(['alpha', 'beta'])
})

test('another platform can be installed into a prefix of its own, but not beside the first in the same', async () => {
  await using installer = await createInstaller()
  const other = installer.folder.join('other')
  expect((await installer.run(['--platform', 'darwin-arm64', '--prefix', other])).code).toBe(0)
  expect(await readFile(join(other, 'env/current/platform'), 'utf8')).toBe('darwin-arm64\n')
  const clash = await installer.run(['--platform=linux-arm64', '--prefix', other])
  expect(clash).toMatchObject({ code: 1, stderr: expect.stringContaining('INSTALL_PLATFORM_CLASH') as string })
})

test('the options: help on standard output, and a mistake is named', async () => {
  await using installer = await createInstaller()
  expect(await installer.run(['--help'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Installs the toolchain/) as string,
  })
  expect(await installer.run(['--quite'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no option "--quite"') as string,
  })
  expect(await installer.run(['--prefix'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('INSTALL_USAGE') as string,
  })
  expect(await installer.run(['--quiet'])).toMatchObject({ code: 0, stderr: '' })
})

test('it can be called by a relative path, from its own folder and through a path with spaces', async () => {
  await using installer = await createInstaller()
  const spaced = installer.folder.join('with a space')
  await mkdir(spaced)
  await runProcess('cp', ['-R', `${installer.checkout}/.`, spaced])
  const env = { ...installer.env, MOCHI_PREFIX: 'relative prefix' }
  const { code, stdout } = await runProcess('sh', ['install'], { cwd: join(spaced, 'toolchain'), env })
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `${spaced}/toolchain/relative prefix/env/${await installer.generation()}\n`,
  })
})

async function runTool(installer: Installer, name: string): Promise<string> {
  return (await runProcess(join(installer.prefix, 'env/current/bin', name), [])).stdout
}

async function readHistory(installer: Installer): Promise<string> {
  return readFile(join(installer.prefix, 'var/toolchain/history'), 'utf8')
}
