import { expect, test } from 'vitest'
import { createRoom } from './room.ts'

test('what does not fit any more is not taken, until something is given back', () => {
  const room = createRoom(10)
  const first = room.take(6)

  expect(room.take(5)).toBeUndefined()
  expect(room.take(4)).toBeDefined()
  first?.[Symbol.dispose]()
  expect(room.take(6)).toBeDefined()
})

test('what is given back twice counts once', () => {
  const room = createRoom(10)
  const first = room.take(10)
  first?.[Symbol.dispose]()
  first?.[Symbol.dispose]()

  expect([room.take(10), room.take(1)]).toEqual([expect.anything(), undefined])
})
