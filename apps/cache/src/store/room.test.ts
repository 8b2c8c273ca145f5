import { describe, expect, test } from 'vitest'
import type { Entry } from './entry.ts'
import { Room } from './room.ts'

const createRoom = () => new Room({ main: 100, branch: 60 })

/** A pool whose entries have 10 bytes each, the oldest first. */
function createPool(...shas: string[]) {
  const entries = shas.map((sha) => ({ trust: 'main', sha, size: 10 }) as Entry)
  return {
    oldest: (_trust: unknown, count: number, offset: number) => entries.slice(offset, offset + count),
    pool: () => ({ bytes: entries.length * 10, entries: entries.length }),
  }
}

describe('what uploads under way count for', () => {
  test('is at most half of the pool for one branch, so that another one can write beside it', () => {
    const room = createRoom()
    using first = room.reserve('branch:a', 30)
    using second = room.reserve('branch:b', 30)

    expect([first, second]).not.toContain(undefined)
    expect([room.reserve('branch:a', 1), room.reserve('branch:c', 1)]).toEqual([undefined, undefined])
  })

  test('is at most the pool for main, whatever branches do', () => {
    const room = createRoom()
    using _branch = room.reserve('branch:a', 30)
    using first = room.reserve('main', 100)

    expect(first).toBeDefined()
    expect(room.reserve('main', 1)).toBeUndefined()
  })

  test('counts no more when it is over', () => {
    const room = createRoom()
    room.reserve('branch:a', 30)?.[Symbol.dispose]()
    using again = room.reserve('branch:a', 30)

    expect(again).toBeDefined()
  })
})

describe('the entries that go', () => {
  const shasOf = (entries: readonly Entry[] | undefined) => entries?.map(({ sha }) => sha)

  test('are the oldest, as few as are enough', () => {
    const pool = createPool('1', '2', '3', '4', '5', '6', '7', '8', '9', '10')

    expect(shasOf(createRoom().plan(pool, 'main', 15))).toEqual(['1', '2'])
    expect(shasOf(createRoom().plan(pool, 'main', 0))).toEqual([])
  })

  test('are none that somebody reads, until the last reader is through', () => {
    const [room, pool] = [createRoom(), createPool('1', '2')]
    const readers = [room.hold({ trust: 'main', sha: '1' }), room.hold({ trust: 'main', sha: '1' })]
    const plan = () => shasOf(room.plan(pool, 'main', 85))
    const plans = [plan()]
    for (const reader of readers) {
      reader[Symbol.dispose]()
      plans.push(plan())
    }

    expect(plans).toEqual([['2'], ['2'], ['1']])
  })

  test('are not enough when all of them are read', () => {
    const room = createRoom()
    using _held = room.hold({ trust: 'main', sha: '1' })

    expect(room.plan(createPool('1'), 'main', 95)).toBeUndefined()
  })
})
