import { expect, test } from 'vitest'
import { differences, median, ratios, summarize } from './statistics.ts'

test('the median is the middle value, whatever the order and however far the others are', () => {
  expect(median([9, 1, 1000])).toBe(9)
  expect(median([10, 9, 100])).toBe(10)
})

test('of an even number it is between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

test('a summary keeps the spread and leaves its values as they were', () => {
  const values = [3, 1, 2]
  expect(summarize(values)).toEqual({ median: 2, min: 1, max: 3 })
  expect(values).toEqual([3, 1, 2])
})

test('nothing measured is refused, not called zero', () => {
  expect(() => summarize([])).toThrow('Nothing was measured')
})

test('ratios and differences are taken pair by pair', () => {
  const pairs = [
    { ours: 10, other: 5 },
    { ours: 3, other: 6 },
  ]
  expect(ratios(pairs)).toEqual([2, 0.5])
  expect(differences(pairs)).toEqual([5, -3])
})
