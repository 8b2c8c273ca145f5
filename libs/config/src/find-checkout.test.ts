import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { findCheckout } from './index.ts'

test('a program belongs to the nearest folder above it that holds mochi.json', async () => {
  await using folder = await createFolder({ 'mochi.json': '{}', 'a/mochi.json': '{}' })
  expect(findCheckout(folder.join('apps/foo/src/main.ts'))).toBe(folder.path)
  expect(findCheckout(folder.join('a/apps/foo/src/main.ts'))).toBe(folder.join('a'))
})

test('a release belongs to none', async () => {
  await using folder = await createFolder()
  expect(findCheckout(folder.join('releases/foo/main.js'))).toBeUndefined()
})
