import { describe, expect, test } from 'vitest'
import type { LocatedFault } from './fault.ts'
import { locate } from './locate.ts'

const at = (offset: number, length = 1) => ({ offset, length, expected: '', found: '' })
const one = (text: string, offset: number, length?: number): LocatedFault | undefined =>
  locate(text, [at(offset, length)])[0]

describe('a place', () => {
  test.each([
    ['abc', 0, [1, 1]],
    ['abc', 3, [1, 4]],
    ['a\nb', 1, [1, 2]],
    ['a\nb', 2, [2, 1]],
    ['a\r\nb', 3, [2, 1]],
    ['a\rb', 2, [2, 1]],
    ['a\n\n', 3, [3, 1]],
    ['😀b', 2, [1, 3]],
  ])('in %j at %i is line and column %j', (text, offset, [line, column]) => {
    expect(one(text, offset)).toMatchObject({ line, column })
  })

  test('comes in the order of the text', () => {
    expect(locate('a\nb\nc', [at(4), at(0), at(2)]).map(({ line }) => line)).toEqual([1, 2, 3])
  })
})

describe('an excerpt', () => {
  test('underlines the span', () => {
    expect(one('{\n  "a": 12\n}', 9, 2)?.excerpt).toBe('  2 |   "a": 12\n    |        ^^')
  })

  test('keeps in line below numbers of two digits', () => {
    expect(one(`${'\n'.repeat(9)}ab`, 10)?.excerpt).toBe('  10 | ab\n     |  ^')
  })

  test('underlines a span of several lines to the end of the first', () => {
    expect(one('a{\n\n}', 1, 4)?.excerpt).toBe('  1 | a{\n    |  ^')
  })

  test('marks the place after the last letter', () => {
    expect(one('ab', 2, 0)?.excerpt).toBe('  1 | ab\n    |   ^')
  })

  test('of a long line is the part around the span', () => {
    const excerpt = one(`${'a'.repeat(500)}X${'b'.repeat(500)}`, 500)?.excerpt
    expect(excerpt).toBe(`  1 | ${'a'.repeat(50)}X${'b'.repeat(49)}\n    | ${' '.repeat(50)}^`)
  })

  test('shows nothing that would move the cursor or colour the terminal', () => {
    expect(one('\t\u001b[31mX\u202e', 6)?.excerpt).toBe('  1 |   [31mX \n    |       ^')
  })
})
