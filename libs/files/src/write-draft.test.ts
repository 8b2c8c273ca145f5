import { readdir, readFile, stat } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { openDraft, writeDraft } from './index.ts'
import type { OpenDraft } from './index.ts'

const SHA1 = 'a9993e364706816aba3e25717850c26c9cd0d89d'
const SHA256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
const abc = ['a', 'b', 'c'].map((letter) => Buffer.from(letter))

test('a draft has the bytes that came, for its owner alone, and says what they are', async () => {
  await using folder = await createFolder()
  const path = folder.join('draft')

  const draft = await writeDraft(abc, path, { algorithms: ['sha1', 'sha256'] })

  expect(draft).toEqual({ path, size: 3, digests: { sha1: SHA1, sha256: SHA256 } })
  expect(await readFile(path, 'utf8')).toBe('abc')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('of a source that fails nothing is left', async () => {
  await using folder = await createFolder()
  // eslint-disable-next-line @typescript-eslint/require-await -- a source that fails has nothing to wait for
  async function* failing() {
    yield Buffer.from('a')
    throw new Error('cut')
  }

  await expect(writeDraft(failing(), folder.join('draft'), { algorithms: [] })).rejects.toThrow('cut')
  expect(await readdir(folder.path)).toEqual([])
})

test('of a disk that fails, with the first byte or only at the end, nothing is left', async () => {
  await using folder = await createFolder()
  const full = () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
  const failing: OpenDraft[] = [
    async (path) => ({ ...(await openDraft(path)), write: full }),
    async (path) => ({ ...(await openDraft(path)), sync: full }),
  ]
  for (const openFile of failing) {
    const writing = writeDraft(abc, folder.join('draft'), { algorithms: ['sha1'], openFile })
    await expect(writing).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await readdir(folder.path)).toEqual([])
  }
})

test('a file that is there is nobody’s to write over', async () => {
  await using folder = await createFolder({ draft: 'of somebody' })

  await expect(writeDraft(abc, folder.join('draft'), { algorithms: [] })).rejects.toMatchObject({ code: 'EEXIST' })
  expect(await readFile(folder.join('draft'), 'utf8')).toBe('of somebody')
})
