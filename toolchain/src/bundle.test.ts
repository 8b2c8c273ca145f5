import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireCommand, runProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { digestOfFile } from './digest.ts'
import { readLock } from './lock-file.ts'
import { createInstalled } from './testing/installed.ts'
import type { Installed } from './testing/installed.ts'

const make = (at: Installed, name: string) =>
  bundle({ root: at.place.root, platform: 'linux-x64', output: at.installer.folder.join(name), ...at.store })

test('the same lock gives the same bytes, and says what they are', async () => {
  await using at = await createInstalled()
  const first = await make(at, 'first.tar')
  await rm(at.store.cache, { recursive: true })
  const second = await make(at, 'second.tar')
  expect(first).toMatchObject({ artifacts: 1, path: at.installer.folder.join('first.tar') })
  expect(await readFile(first.path)).toEqual(await readFile(second.path))
  expect(`sha256:${first.sha256}`).toBe(await digestOfFile(first.path))
  expect(first.bytes).toBe((await readFile(first.path)).length)
})

describe.each([
  ['tar', []],
  ['bsdtar', []],
  ['busybox', ['tar']],
] as const)('%s', (command, before) => {
  test.runIf(requireCommand(command))('reads the bundle, long names too', async () => {
    await using at = await createInstalled()
    const { path } = await make(at, 'bundle.tar')
    const { artifacts } = await readLock(join(at.place.root, 'toolchain/toolchain.lock'))
    const member = `artifacts/${artifacts[0]?.digest.replace(':', '-') ?? ''}`
    const { code, stderr } = await runProcess(command, [...before, '-xf', path, '-C', at.installer.folder.path, member])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await digestOfFile(at.installer.folder.join(member), 'sha512:')).toBe(artifacts[0]?.digest)
    const listed = await runProcess(command, [...before, '-tf', path])
    expect(listed.stdout).toBe(`toolchain.lock\n${member}\n`)
  })
})

test('a machine without a network installs from it', async () => {
  await using at = await createInstalled()
  const { path } = await make(at, 'bundle.tar')
  at.registry.server.answers.clear()
  at.registry.takeRequests()
  const prefix = at.installer.folder.join('elsewhere')
  const { code, stderr } = await at.installer.run(['--prefix', prefix, '--platform', 'linux-x64', '--bundle', path])
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect((await runProcess(join(prefix, 'env/current/bin/alpha'), [])).stdout).toBe('alpha 1.0.0\n')
  expect(at.registry.takeRequests()).toEqual([])
})

test('bytes that are not the locked ones never get into a bundle, and an older bundle stays', async () => {
  await using at = await createInstalled()
  await writeFile(at.installer.folder.join('bundle.tar'), 'the older one')
  await rm(at.store.cache, { recursive: true })
  at.registry.server.answers.set('/alpha/-/alpha-1.0.0.tgz', Buffer.from('other bytes'))
  await expect(make(at, 'bundle.tar')).rejects.toMatchObject({ code: 'TOOLCHAIN_ARTIFACT_DIFFERENT' })
  expect(await readFile(at.installer.folder.join('bundle.tar'), 'utf8')).toBe('the older one')
  expect((await readdir(at.installer.folder.path)).filter((name) => name.startsWith('.'))).toEqual([])
})
