import { readFile, stat, writeFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createLogFiles } from './files.ts'

test('The files of a log are what lies on the disk', async () => {
  await using folder = await createFolder()
  const files = createLogFiles(folder.path)
  const fd = files.open()
  expect(files.ends(fd)).toEqual({ first: '', last: undefined })
  expect(files.write(fd, Buffer.from('first\nsecond\n'))).toBe(13)
  expect(files.ends(fd)).toEqual({ first: 'first\nsecond\n', last: 0x0a })
  const { ino, mtimeMs } = await stat(folder.join('current'))
  expect(files.stat(fd)).toEqual({ size: 13, file: ino, changed: mtimeMs * 1000 })
  await files.sync(fd)
  files.rename('aside')
  expect(files.list()).toEqual([{ name: 'aside', size: 13 }])
  files.remove('aside')
  expect(files.list()).toEqual([])
  files.close(fd)
})

test('A file that somebody has emptied is appended to, without a hole, and is readable by its group', async () => {
  await using folder = await createFolder()
  const files = createLogFiles(folder.path)
  const fd = files.open()
  files.write(fd, Buffer.from('before\n'))
  await writeFile(folder.join('current'), '')
  files.write(fd, Buffer.from('after\n'))
  files.close(fd)
  expect(await readFile(folder.join('current'), 'utf8')).toBe('after\n')
  expect((await stat(folder.join('current'))).mode & 0o137).toBe(0)
})
