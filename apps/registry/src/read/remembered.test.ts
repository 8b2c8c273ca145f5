import { expect, test } from 'vitest'
import { remembered } from './remembered.ts'

/** Parses a text, and counts how often. */
function counted() {
  const parsed: string[] = []
  const parse = remembered((text) => {
    parsed.push(text)
    return text.length
  })
  return { parse, parsed }
}

test('a text is parsed once', () => {
  const { parse, parsed } = counted()

  expect([parse('gzip'), parse('gzip'), parse('')]).toEqual([4, 4, 0])
  expect(parsed).toEqual(['gzip', ''])
})

test('whoever sends many texts, or long ones, fills no memory with them', () => {
  const { parse, parsed } = counted()
  const long = 'x'.repeat(10_000)
  for (const text of ['first', long, long, ...Array.from({ length: 64 }, (_, index) => `${index}`), 'first'])
    parse(text)

  expect(parsed.filter((text) => text === long)).toHaveLength(2)
  expect(parsed.filter((text) => text === 'first')).toHaveLength(2)
})
