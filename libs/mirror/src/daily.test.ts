import { describe, expect, test } from 'vitest'
import { isDue, nextRun } from './daily.ts'

const HOUR = 3_600_000
const when = { at: '03:30', jitter: 0, seed: 'a' }
/** Local time: the day has no change of summer time anywhere. */
const at = (day: number, hour: number, minute = 0): number => new Date(2026, 0, day, hour, minute).getTime()

describe('a daily run', () => {
  test('is due from its hour on, once', () => {
    expect(isDue(when, { now: at(2, 3, 29), last: at(1, 3, 30) })).toBe(false)
    expect(isDue(when, { now: at(2, 3, 30), last: at(1, 3, 30) })).toBe(true)
    expect(isDue(when, { now: at(2, 3, 31), last: at(2, 3, 30) })).toBe(false)
  })

  test('that was slept through is due on waking', () => {
    expect(isDue(when, { now: at(5, 9), last: at(2, 3, 30) })).toBe(true)
  })

  test('is not due at the first start', () => {
    expect(isDue(when, { now: at(2, 9), last: at(2, 9) })).toBe(false)
  })

  test('is spread over machines, at the same minute of each every day', () => {
    const spread = Array.from({ length: 50 }, (_, index) =>
      nextRun({ ...when, jitter: 60, seed: `machine ${index}` }, at(1, 12)),
    )
    const minutes = spread.map((time) => (time - at(2, 3, 30)) / 60_000)

    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...minutes)).toBeLessThan(60)
    expect(new Set(minutes).size).toBeGreaterThan(20)
    const own = { ...when, jitter: 60, seed: 'machine 1' }
    expect(nextRun(own, at(2, 12)) - nextRun(own, at(1, 12))).toBe(24 * HOUR)
    expect(isDue(own, { now: nextRun(own, at(1, 12)), last: at(1, 12) })).toBe(true)
    expect(isDue(own, { now: nextRun(own, at(1, 12)) - 1, last: at(1, 12) })).toBe(false)
  })
})
