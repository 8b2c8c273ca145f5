import { describe, expect, test } from 'vitest'
import { formatArchiveName, parseArchiveName } from './archive-name.ts'
import type { ArchiveName } from './archive-name.ts'
import { archivesOf, planArchiveTime, planRemoval, settleBirth, shouldRotate } from './rotation.ts'

const DAY = 86_400_000
const MICROS_OF_DAY = DAY * 1000
const rotation = { size: 100, age: DAY, keep: 1000 }

describe('current', () => {
  test.each([
    ['nothing in it stays', { size: 0, more: 1_000, now: 2 * MICROS_OF_DAY }, false],
    ['room for the next lines stays', { size: 60, more: 40, now: 0 }, false],
    ['no room for the next lines goes', { size: 60, more: 41, now: 0 }, true],
    ['a first line that is younger than the age stays', { size: 1, more: 1, now: MICROS_OF_DAY - 1 }, false],
    ['a first line of the age goes', { size: 1, more: 1, now: MICROS_OF_DAY }, true],
  ])('with %s', (_, { size, more, now }, isDue) => {
    expect(shouldRotate({ size, birth: 0 }, more, { rotation, now })).toBe(isDue)
  })

  /** Whether a file that is born today is put aside a day after the clock was set back by 700 days. */
  function isDueAfterJumpBack(settle: (birth: number, now: number) => number): boolean {
    const today = 20_000 * MICROS_OF_DAY
    const back = today - 700 * MICROS_OF_DAY
    const birth = settle(settle(today, back), back + MICROS_OF_DAY)
    return shouldRotate({ size: 1, birth }, 0, { rotation, now: back + MICROS_OF_DAY })
  }

  test('is put aside a day after the clock has gone back; as one would first write it, after two years', () => {
    expect(isDueAfterJumpBack(settleBirth)).toBe(true)
    expect(isDueAfterJumpBack((birth) => birth)).toBe(false)
  })
})

/** The names of files that are put aside while the clock jumps. */
function namesOver(times: readonly number[], plan: typeof planArchiveTime): string[] {
  return times.reduce<string[]>((names, now) => {
    const archives = names.map(parseArchiveName).filter((name): name is ArchiveName => name !== undefined)
    return [...names, formatArchiveName('iso', plan(archives, now))]
  }, [])
}

test('The names of files that were put aside go up whatever the clock says; its own time alone gives some twice', () => {
  const times = [5, 5, 3, MICROS_OF_DAY, 7].map((time) => time + MICROS_OF_DAY)
  const names = namesOver(times, planArchiveTime)
  expect(new Set(names).size).toBe(5)
  expect(names.toSorted()).toEqual(names)
  const naive = namesOver(times, (_, now) => now)
  expect(new Set(naive).size).toBe(4)
  expect(naive.toSorted()).not.toEqual(naive)
})

test('The oldest go until the rest, current and a copy of it fit; what is no archive stays', () => {
  const names = ['c', 'a', 'b'].map((_, index) => formatArchiveName('iso', (3 - index) * MICROS_OF_DAY))
  const files = [...names, 'current', 'status.json', 'notes.log'].map((name) => ({ name, size: 300 }))
  const archives = archivesOf(files)
  expect(archives.map(({ name }) => name)).toEqual(names.toReversed())
  expect(planRemoval(archives, rotation).map(({ name }) => name)).toEqual([names[2]])
  expect(planRemoval(archives, { ...rotation, keep: 1100 })).toEqual([])
})
