import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createInstaller, digestOf, sampleTools } from './testing/installer.ts'
import type { Installer, Tool } from './testing/installer.ts'

/** A plain tar as `mochi toolchain bundle` writes it. */
async function writeBundle(installer: Installer, tools: readonly Tool[] = sampleTools()): Promise<string> {
  const lock = await readFile(join(installer.checkout, 'toolchain/toolchain.lock'), 'utf8')
  await installer.folder.write({ 'bundle/toolchain.lock': lock, 'bundle/artifacts/.keep': '' })
  await rm(installer.folder.join('bundle/artifacts'), { recursive: true })
  await mkdir(installer.folder.join('bundle/artifacts'))
  for (const { tarball } of tools)
    await writeFile(installer.folder.join('bundle/artifacts', digestOf('sha512', tarball).replace(':', '-')), tarball)
  const file = installer.folder.join('toolchain.tar')
  await runProcess('tar', ['-cf', file, '-C', installer.folder.join('bundle'), 'toolchain.lock', 'artifacts'])
  return file
}

test('a bundle installs without any network, and without a downloader', async () => {
  await using installer = await createInstaller()
  const file = await writeBundle(installer)
  await runProcess('rm', [join(installer.env['PATH'] ?? '', 'curl')])
  const { code } = await installer.run(['--bundle', '../toolchain.tar'], { env: { MOCHI_REGISTRY: undefined } })
  expect({ code, asked: installer.server.requests.items, file }).toMatchObject({ code: 0, asked: [] })
  expect((await runProcess(join(installer.prefix, 'env/current/bin/beta'), [])).stdout).toBe('beta runs\n')
})

test('a bundle is verified like what a server sends', async () => {
  await using installer = await createInstaller()
  const [alpha, beta] = sampleTools()
  const file = await writeBundle(installer, [alpha])
  expect((await installer.run(['--bundle', file])).stderr).toContain('INSTALL_BUNDLE_INCOMPLETE')
  const name = installer.folder.join('bundle/artifacts', digestOf('sha512', beta.tarball).replace(':', '-'))
  await writeFile(name, 'other bytes')
  await runProcess('tar', [
    '-rf',
    file,
    '-C',
    installer.folder.join('bundle'),
    name.slice(installer.folder.join('bundle/').length),
  ])
  expect((await installer.run(['--bundle', file])).stderr).toContain('INSTALL_DIGEST_MISMATCH')
  expect(installer.server.requests.items).toEqual([])
})

test('what is no whole bundle of this lock and platform is one error in our words, before anything is written', async () => {
  await using installer = await createInstaller()
  const { folder } = installer
  const [alpha] = sampleTools()
  const whole = await readFile(await writeBundle(installer))
  const short = await readFile(await writeBundle(installer, [alpha]))
  await installer.writeLock([alpha])
  const other = await readFile(await writeBundle(installer, [alpha]))
  await installer.writeLock(sampleTools())
  await mkdir(folder.join('a-folder'))
  for (const [name, bytes, code] of [
    ['absent', undefined, 'INSTALL_BUNDLE_UNREADABLE'],
    ['a-folder', undefined, 'INSTALL_BUNDLE_UNREADABLE'],
    ['empty', Buffer.alloc(0), 'INSTALL_BUNDLE_UNREADABLE'],
    ['text', Buffer.from('no tar\n'), 'INSTALL_BUNDLE_UNREADABLE'],
    ['foreign', alpha.tarball, 'INSTALL_BUNDLE_UNREADABLE'],
    ['cut', whole.subarray(0, 512 * 4 + 100), 'INSTALL_BUNDLE_UNREADABLE'],
    ['short', short, 'INSTALL_BUNDLE_INCOMPLETE'],
    ['other', other, 'INSTALL_BUNDLE_OTHER'],
  ] as const) {
    if (bytes !== undefined) await writeFile(folder.join(name), bytes)
    const { code: ended, stdout, stderr } = await installer.run(['--bundle', folder.join(name)])
    expect({ name, ended, stdout }).toEqual({ name, ended: 1, stdout: '' })
    const [first, ...rest] = stderr.trimEnd().split('\n')
    expect(first).toMatch(/^error: (The|There is no) (bundle|file)/)
    expect(rest).toEqual([
      `  where: ${folder.join(name)}`,
      expect.stringMatching(/^ {2}next: {2}\S/),
      `  code:  ${code} (./mochi --explain ${code})`,
    ])
    expect(await readdir(folder.path)).not.toContain('prefix')
  }
})
