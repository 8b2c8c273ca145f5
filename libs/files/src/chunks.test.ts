import { expect, test } from 'vitest'
import { Chunks } from './chunks.ts'

test('gives large pieces while there are some, and then small ones', () => {
  const chunks = new Chunks()
  const taken = Array.from({ length: 200 }, () => chunks.take())

  const sizes = new Set(taken.map(({ length }) => length))
  expect(sizes.size).toBe(2)
  expect(taken.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(24 * 2 ** 20)
})

test('gives a piece again that has come back', () => {
  const chunks = new Chunks()
  const piece = chunks.take()
  chunks.give(piece)

  expect(chunks.take()).toBe(piece)
})

test('makes another large piece for one that was lost', () => {
  const chunks = new Chunks()
  const first = chunks.take()
  for (let times = 0; times < 100; times++) chunks.lose(chunks.take())

  expect(chunks.take().length).toBe(first.length)
})
