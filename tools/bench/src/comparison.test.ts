import { expect, test } from 'vitest'
import { compare } from './comparison.ts'
import type { Side } from './comparison.ts'

/** A side that writes down when it is measured and gives 1, 2, 3 … times `step`. */
function side(label: string, log: string[], step = 1): Side {
  let count = 0
  return {
    label,
    measure: () => {
      log.push(label)
      return ++count * step
    },
  }
}

test('the two sides take turns in going first', async () => {
  const log: string[] = []
  await compare({ what: 'speed', ours: side('a', log), other: side('b', log), pairs: 4, warmUps: 0 })
  expect(log.join('')).toBe('abbaabba')
})

test('warm-ups are measured and do not count', async () => {
  const log: string[] = []
  const { pairs } = await compare({ what: 'x', ours: side('a', log), other: side('b', log, 10), pairs: 2, warmUps: 3 })
  expect(log).toHaveLength(10)
  expect(pairs).toEqual([
    { ours: 4, other: 40 },
    { ours: 5, other: 50 },
  ])
})

test('a side that fails ends the comparison', async () => {
  const failing: Side = { label: 'a', measure: () => Promise.reject(new Error('exit code 1')) }
  await expect(compare({ what: 'x', ours: failing, other: side('b', []), pairs: 1 })).rejects.toThrow('exit code 1')
})
