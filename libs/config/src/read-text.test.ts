import { mkdir, writeFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { readText } from './index.ts'

test('a file is read as it stands, its byte order mark included, which no JSON may begin with', async () => {
  await using folder = await createFolder({ 'a.json': '\uFEFF{"é": 1}\r\n' })
  expect(await readText(folder.join('a.json'))).toBe('\uFEFF{"é": 1}\r\n')
})

test('a file that is not there has no text, which is no error: some files need not exist', async () => {
  await using folder = await createFolder()
  expect(await readText(folder.join('a.json'))).toBeUndefined()
})

test('a folder in its place is unreadable', async () => {
  await using folder = await createFolder()
  await mkdir(folder.join('a.json'))
  await expect(readText(folder.join('a.json'))).rejects.toMatchObject({
    code: 'CONFIG_UNREADABLE',
    where: folder.join('a.json'),
    message: expect.stringContaining('EISDIR') as string,
    cause: { code: 'EISDIR' },
  })
})

test('a file that is not UTF-8 is unreadable, and not read as something else', async () => {
  await using folder = await createFolder()
  await writeFile(folder.join('a.json'), Buffer.from('{"domain": "caf\xe9.example"}', 'latin1'))
  await expect(readText(folder.join('a.json'))).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' })
})
