import { cp, readFile, readdir } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { adoptDatabase, beginWithMain } from './state-folder.ts'

test('a database whose last words stand in its log is adopted with them', async () => {
  await using folder = await createFolder({ 'data/x': '', 'kept/x': '' })
  const database = new DatabaseSync(folder.join('data/theirs-v3.db'))
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE results (hash TEXT); INSERT INTO results VALUES (17)')
  // As it stands while its process runs, or after one that was killed.
  await cp(folder.join('data'), folder.join('kept/data'), { recursive: true })
  database.close()
  await adoptDatabase(folder.join('kept'), 'ours-v3.db')

  expect((await readdir(folder.join('kept/data'))).filter((name) => name.startsWith('theirs'))).toEqual([])
  using adopted = new DatabaseSync(folder.join('kept/data/ours-v3.db'))
  expect(adopted.prepare('SELECT hash FROM results').all()).toEqual([{ hash: '17' }])
})

test('a database of this machine stays', async () => {
  await using folder = await createFolder({ 'data/theirs-v3.db': 'theirs', 'data/ours-v3.db': 'ours' })
  await adoptDatabase(folder.path, 'ours-v3.db')
  expect(await readFile(folder.join('data/ours-v3.db'), 'utf8')).toBe('ours')
})

test('where nothing was kept there is nothing to adopt', async () => {
  await using folder = await createFolder()
  await adoptDatabase(folder.join('absent'), 'ours-v3.db')
  expect(await readdir(folder.path)).toEqual([])
})

test('a copy that was broken off is made anew, and is never taken for a whole one', async () => {
  await using folder = await createFolder({
    '.nx/ci/main/cache/1/code': '0',
    [`.nx/ci/pr-1.${process.pid}.tmp/cache/half`]: '',
  })
  await beginWithMain(folder.path, { scope: 'pr-1' })
  expect(await readdir(folder.join('.nx/ci/pr-1/cache'))).toEqual(['1'])
})
