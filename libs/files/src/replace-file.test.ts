import { mkdir, readdir, readFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { replaceFile } from './index.ts'

test('a file has the new text, and nothing is left beside it', async () => {
  await using folder = await createFolder({ file: 'old' })

  await replaceFile(folder.join('file'), 'new')

  expect(await readFile(folder.join('file'), 'utf8')).toBe('new')
  expect(await readdir(folder.path)).toEqual(['file'])
})

test('what cannot be replaced stays as it was', async () => {
  await using folder = await createFolder()
  await mkdir(folder.join('file'))

  await expect(replaceFile(folder.join('file'), 'new')).rejects.toThrow()
  expect(await readdir(folder.path)).toEqual(['file'])
})

test('of several who replace it at one time each succeeds, and one text is there as a whole', async () => {
  await using folder = await createFolder()
  const texts = Array.from({ length: 10 }, (_, index) => String(index).repeat(10_000 * (10 - index)))

  await Promise.all(texts.map((text) => replaceFile(folder.join('file'), text)))

  expect(texts).toContain(await readFile(folder.join('file'), 'utf8'))
  expect(await readdir(folder.path)).toEqual(['file'])
})
