import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { loadMochiConfig } from './index.ts'

const workspace = join(import.meta.dirname, '../../..')

test('the mochi.json of this workspace has no fault', async () => {
  expect(await loadMochiConfig(workspace)).toMatchObject({ scopes: ['@mochi'] })
})

test('a workspace without the file is told what to write', async () => {
  await using folder = await createFolder()
  await expect(loadMochiConfig(folder.path)).rejects.toMatchObject({
    code: 'CONFIG_MISSING',
    where: folder.join('mochi.json'),
    hint: expect.stringContaining('"scopes"') as string,
  })
})

test('a file with faults is called by its name in the workspace', async () => {
  await using folder = await createFolder({ 'mochi.json': '{}' })
  await expect(loadMochiConfig(folder.path)).rejects.toMatchObject({ code: 'CONFIG_INVALID', where: 'mochi.json:1:1' })
})

test('a folder in its place is unreadable', async () => {
  await using folder = await createFolder()
  await mkdir(folder.join('mochi.json'))
  await expect(loadMochiConfig(folder.path)).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' })
})
