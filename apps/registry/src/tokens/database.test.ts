import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { openTokenDatabase } from './database.ts'

test('a database that cannot be opened is said with the folder that it is in', async () => {
  await using folder = await createFolder({
    'tokens.sqlite': 'no database, but what a full disk or a fault has left of one',
  })

  expect(() => openTokenDatabase(folder.path)).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_UNUSABLE' }))
})
