import { describe, expect, test } from 'vitest'
import { createRandom, xoshiro128 } from './random.ts'

const first = (count: number, next: () => number) => Array.from({ length: count }, next)

describe('a seeded stream', () => {
  // What the authors' C program prints for the state 1, 2, 3, 4.
  test('is xoshiro128**', () => {
    expect(first(10, xoshiro128([1, 2, 3, 4]))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ])
  })

  test('repeats with its seed and differs with another', () => {
    expect(first(5, createRandom(7).next)).toEqual(first(5, createRandom(7).next))
    expect(first(5, createRandom(7).next)).not.toEqual(first(5, createRandom(8).next))
  })

  test('gives whole numbers within both bounds, each about as often', () => {
    const random = createRandom(1)
    const counts = new Map<number, number>()
    for (const value of first(6000, () => random.integer(-1, 4))) counts.set(value, (counts.get(value) ?? 0) + 1)
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2, 3, 4])
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })

  test('is as often true as its probability says', () => {
    const random = createRandom(2)
    const hits = first(10_000, () => Number(random.chance(0.2))).reduce((sum, hit) => sum + hit)
    expect(Math.abs(hits - 2000)).toBeLessThan(160)
    expect(first(100, () => Number(random.chance(0)))).not.toContain(1)
    expect(first(100, () => Number(random.chance(1)))).not.toContain(0)
  })

  test('shuffles to another order of the same things and leaves the list alone', () => {
    const items = first(50, createRandom(3).next)
    const before = [...items]
    const shuffled = createRandom(4).shuffle(items)
    expect(items).toEqual(before)
    expect(shuffled).not.toEqual(items)
    expect(shuffled.toSorted()).toEqual(items.toSorted())
  })

  test('picks one of the things, and nothing from nothing', () => {
    const random = createRandom(5)
    expect(new Set(first(100, () => random.pick([1, 2, 3])))).toEqual(new Set([1, 2, 3]))
    expect(() => random.pick([])).toThrow('empty list')
  })

  test('forks into streams that do not disturb each other', () => {
    const alone = createRandom(6)
    const forked = createRandom(6)
    const latency = forked.fork('latency')
    first(10, latency.next)
    expect(first(5, forked.next)).toEqual(first(5, alone.next))
    expect(first(5, createRandom(6).fork('latency').next)).toEqual(first(5, alone.fork('latency').next))
    expect(first(5, alone.fork('latency').next)).not.toEqual(first(5, alone.fork('loss').next))
  })
})
