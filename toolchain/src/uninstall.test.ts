import { readFile, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { OURS, planUninstall, uninstall } from './uninstall.ts'

const FILES = {
  'mochi/env/0123456789abcdef/bin/x': 'x',
  'mochi/opt/one/1.0.0-abc/one': 'twelve bytes',
  'mochi/etc/profile.sh': 'PATH',
  'mochi/etc/zsh/_mochi': 'x',
  'mochi/etc/secrets/hello/key': 'secret',
  'mochi/etc/host.json': '{}',
  'mochi/var/cache/data': 'of the app cache',
  'mochi/var/node-compile-cache/x': 'x',
  'mochi/var/toolchain/artifacts/x': 'x',
  'mochi/var/toolchain/history': 'x',
  'mochi/var/registry/data': 'precious',
  'mochi/notes.txt': 'mine',
}

test('what goes and what stays is said before, and then it is so', async () => {
  await using folder = await createFolder(FILES)
  const prefix = folder.join('mochi')
  const plan = await planUninstall({ prefix })
  expect(plan.remove.map(({ path }) => path.slice(prefix.length + 1))).toEqual([
    'env',
    'opt',
    'etc/profile.sh',
    'etc/zsh',
    'var/node-compile-cache',
    'var/toolchain',
  ])
  expect(plan.remove.find(({ path }) => path.endsWith('opt'))?.bytes).toBe(12)
  expect(plan.stay.map(({ path, why }) => [path.slice(prefix.length + 1), why])).toEqual([
    ['etc/host.json', 'what this machine is'],
    ['etc/secrets', 'secrets, which cannot be made again'],
    ['notes.txt', 'it is not ours'],
    ['var/cache', 'data of a service'],
    ['var/registry', 'data of a service'],
  ])
  await uninstall(plan, { confirmed: true })
  const left = await readdir(prefix, { recursive: true })
  expect(left.sort()).toEqual(
    ['etc', 'etc/host.json', 'etc/secrets', 'etc/secrets/hello', 'etc/secrets/hello/key', 'notes.txt']
      .concat(['var', 'var/cache', 'var/cache/data', 'var/registry', 'var/registry/data'])
      .sort(),
  )
})

test('a prefix in which nothing else stands is gone', async () => {
  await using folder = await createFolder({ 'mochi/env/x': '', 'mochi/opt/x': '', 'mochi/etc/profile.sh': '' })
  await uninstall(await planUninstall({ prefix: folder.join('mochi') }), { confirmed: true })
  await expect(stat(folder.join('mochi'))).rejects.toThrow('ENOENT')
})

test('without a confirmation nothing is removed', async () => {
  await using folder = await createFolder(FILES)
  const plan = await planUninstall({ prefix: folder.join('mochi') })
  await expect(uninstall(plan, { confirmed: false })).rejects.toMatchObject({ code: 'TOOLCHAIN_NOT_CONFIRMED' })
  expect(await planUninstall({ prefix: folder.join('mochi') })).toEqual(plan)
})

test('a folder that is no prefix is refused, and so is a plan that names anything else', async () => {
  await using folder = await createFolder({ 'home/env/x': '', 'home/thesis.txt': 'mine' })
  await symlink('home', folder.join('link'))
  for (const prefix of ['/', folder.join('home'), folder.join('link'), folder.join('home/thesis.txt')])
    await expect(planUninstall({ prefix }), prefix).rejects.toMatchObject({ code: 'TOOLCHAIN_PREFIX_REFUSED' })
  const prefix = folder.join('home')
  const plan = { prefix, remove: [{ path: folder.join('home/thesis.txt'), bytes: 0 }], stay: [] }
  await expect(uninstall(plan, { confirmed: true })).rejects.toMatchObject({ code: 'TOOLCHAIN_PREFIX_REFUSED' })
  expect(await readdir(prefix)).toContain('thesis.txt')
})

test('where nothing is installed there is nothing to do', async () => {
  expect(await planUninstall({ prefix: '/nowhere/mochi' })).toEqual({ prefix: '/nowhere/mochi', remove: [], stay: [] })
})

test('where this program cannot run, the launcher advises to remove the very same', async () => {
  const script = await readFile(join(workspaceRoot, 'toolchain/lib/alone.sh'), 'utf8')
  const advised = /^print_removal\(\) \{[^]*? for part in (?<parts>[^;]+);/m.exec(script)?.groups?.['parts']
  expect(advised?.split(' ')).toEqual(OURS)
})
