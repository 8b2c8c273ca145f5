import { chmod, readFile, stat } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { openDataFolder } from './index.ts'

const options = { service: 'foo', format: 2 }

test('a folder that is not there is made for its user alone, with the number of its format', async () => {
  await using folder = await createFolder()
  const path = folder.join('a/b')

  openDataFolder(path, { ...options, folders: ['drafts', 'bodies/main'] })

  expect((await stat(path)).mode & 0o777).toBe(0o700)
  expect((await stat(folder.join('a/b/bodies/main'))).isDirectory()).toBe(true)
  expect(await readFile(folder.join('a/b/format'), 'utf8')).toBe('2\n')
})

test('a folder of this format or of an older one is used, and not for others to look into', async () => {
  await using folder = await createFolder({ format: '1\n' })
  await chmod(folder.path, 0o755)

  openDataFolder(folder.path, options)

  expect((await stat(folder.path)).mode & 0o777).toBe(0o700)
})

test.each(['3\n', 'two\n', ''])('a folder whose format is %j is refused', async (format) => {
  await using folder = await createFolder({ format })

  expect(() => {
    openDataFolder(folder.path, options)
  }).toThrow(expect.objectContaining({ code: 'DATA_FORMAT_NEWER' }))
})

test('a folder that others can write to is refused, and so is a file', async () => {
  await using folder = await createFolder({ file: '' })
  await chmod(folder.path, 0o777)

  for (const path of [folder.path, folder.join('file')]) {
    expect(() => {
      openDataFolder(path, options)
    }).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_UNUSABLE' }))
  }
})
