import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createInstaller, digestOf, sampleTools } from './testing/installer.ts'
import type { Installer, Tool } from './testing/installer.ts'

/** A plain tar as `mochi toolchain bundle` writes it. */
async function writeBundle(installer: Installer, tools: readonly Tool[] = sampleTools()): Promise<string> {
  const lock = await readFile(join(installer.checkout, 'toolchain/toolchain.lock'), 'utf8')
  await installer.folder.write({ 'bundle/toolchain.lock': lock, 'bundle/artifacts/.keep': '' })
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

test('a bundle of another generation, and a file that is no bundle, are refused', async () => {
  await using installer = await createInstaller()
  const file = await writeBundle(installer)
  await installer.writeLock([sampleTools()[0]])
  expect((await installer.run(['--bundle', file])).stderr).toContain('INSTALL_BUNDLE_OTHER')
  await writeFile(file, 'no tar')
  expect((await installer.run(['--bundle', file])).stderr).toContain('INSTALL_BUNDLE_UNREADABLE')
  expect((await installer.run(['--bundle', `${file}.absent`])).stderr).toContain('INSTALL_BUNDLE_UNREADABLE')
})
