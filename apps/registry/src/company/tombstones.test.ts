import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { Tombstones } from './tombstones.ts'

test('versions of many packages that are removed at one time are all known after the next start', async () => {
  await using folder = await createFolder()
  const file = folder.join('tombstones.json')
  const tombstones = await Tombstones.open(file)
  const names = Array.from({ length: 20 }, (_, index) => `@acme/p${index}`)

  await Promise.all(names.map((name) => tombstones.add(name, ['1.0.0'])))

  const next = await Tombstones.open(file)
  expect(names.filter((name) => !next.has(name, '1.0.0'))).toEqual([])
})

test('one that could not be written is written with the next', async () => {
  await using folder = await createFolder()
  const tombstones = await Tombstones.open(folder.join('missing/tombstones.json'))
  await expect(tombstones.add('@acme/a', ['1.0.0'])).rejects.toThrow('ENOENT')
  await folder.write({ 'missing/other': '' })

  await tombstones.add('@acme/b', ['1.0.0'])

  expect((await Tombstones.open(folder.join('missing/tombstones.json'))).has('@acme/a', '1.0.0')).toBe(true)
})
