import { expect, test } from 'vitest'
import { createRequestIds } from './request-id.ts'

test.each(['a', 'A-b_c.9', 'x'.repeat(64)])('the id %s is taken', (id) => {
  expect(createRequestIds('i')({ headers: { 'x-request-id': id } })).toBe(id)
})

test.each(['', 'x'.repeat(65), 'a b', 'a\tb', 'é', '{"a":1}', 'a, b'])('the id %j is not taken', (id) => {
  expect(createRequestIds('i')({ headers: { 'x-request-id': id } })).toBe('i-1')
})

test('no two requests without an id get the same', () => {
  const idOf = createRequestIds('i')
  expect(new Set(Array.from({ length: 100 }, () => idOf({ headers: {} }))).size).toBe(100)
})
