import { closeSync, openSync } from 'node:fs'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createRead } from './create-read.ts'
import type { Read } from './create-read.ts'

/** A file of six bytes, read by threes: each read says whether it was done at once, and what it has read. */
async function readTwice(pace: number) {
  await using folder = await createFolder({ file: 'abcdef' })
  const clock = { now: 0 }
  const descriptor = openSync(folder.join('file'), 'r')
  try {
    const read = createRead(descriptor, () => (clock.now += pace))
    const room = Buffer.alloc(3)
    const readAt = async (at: number): Promise<string> => {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      const state = { isDone: false }
      const done: Read = (error, bytes) => {
        expect([error, bytes]).toEqual([null, 3])
        state.isDone = true
        resolve(undefined)
      }
      read(room, at, done)
      const when = state.isDone ? 'at once' : 'later'
      await promise
      return `${room.toString()} ${when}`
    }
    return [await readAt(0), await readAt(3)]
  } finally {
    closeSync(descriptor)
  }
}

test('what the system has in its memory is read at once', async () => {
  expect(await readTwice(0)).toEqual(['abc at once', 'def at once'])
})

test('nobody waits for a disk more than once in a file', async () => {
  expect(await readTwice(100)).toEqual(['abc at once', 'def later'])
})

test('what cannot be read is said', () => {
  const faults: (string | undefined)[] = []
  createRead(-1)(Buffer.alloc(1), 0, (error, bytes) => {
    faults.push(error?.message)
    expect(bytes).toBe(0)
  })
  expect(faults).toEqual([expect.any(String)])
})
