import { createClock } from '@mochi/testing'
import type { TestClock } from '@mochi/testing'
import { expect, test } from 'vitest'
import { Held, toBytes } from './bytes.ts'
import { CacheFault } from './fault.ts'
import type { Fault } from './fault.ts'
import { SILENCE_MS, Uploads } from './uploads.ts'
import type { Sending, Stored } from './upstream.ts'

test('nobody waits for what is sent, and at the end it is there', async () => {
  const { clock, uploads } = start(() => clock.sleep(5_000).then(() => 'stored'))
  uploads.add('1', held())
  await clock.advance(4_500)
  const drained = uploads.drain(1_000)
  await clock.advance(500)
  await drained

  expect([uploads.counts, uploads.isIdle]).toEqual([{ stored: 1, sent: 7 }, true])
})

test('an archive may take as long as it moves', async () => {
  const { clock, uploads, faults } = start(async (_, { onProgress }) => {
    for (let pieces = 0; pieces < 10; pieces++) {
      await clock.sleep(SILENCE_MS - 1)
      onProgress?.()
    }
    return 'stored'
  })
  uploads.add('1', held())
  await clock.advance(10 * SILENCE_MS)

  expect([uploads.counts.stored, faults, clock.pending]).toEqual([1, [], 0])
})

test('one that does not move is a fault', async () => {
  const { clock, uploads, faults } = start(never)
  uploads.add('1', held())
  await clock.advance(SILENCE_MS)

  expect(faults).toEqual([{ request: 'PUT /v1/cache/1', found: 'no answer within 10000 ms' }])
})

test('what still moves when the time at the end is over is given up, and no fault', async () => {
  const given: string[] = []
  const { clock, uploads, faults } = start(async (hash, { signal, onProgress }) => {
    signal.addEventListener('abort', () => given.push(hash))
    for (;;) {
      await clock.sleep(100)
      if (signal.aborted) return never()
      onProgress?.()
    }
  })
  uploads.add('1', held())
  await over(clock, uploads.drain(1_000))

  expect([given, faults, uploads.counts.stored]).toEqual([['1'], [], 0])
})

test('what does not move then is a fault', async () => {
  const { clock, uploads, faults } = start(never)
  uploads.add('1', held())
  await over(clock, uploads.drain(1_000))

  expect(faults).toEqual([{ request: 'PUT /v1/cache/1', found: 'no answer within 1000 ms' }])
})

test('four are sent at once, and what is not begun at the end gives its room back unsent', async () => {
  const asked: string[] = []
  let rooms = 0
  const { clock, uploads } = start((hash) => (asked.push(hash), never()))
  for (const hash of ['1', '2', '3', '4', '5', '6'])
    uploads.add(
      hash,
      held(() => rooms++),
    )
  await over(clock, uploads.drain(1_000))
  await clock.advance(0)

  expect([asked, rooms]).toEqual([['1', '2', '3', '4'], 6])
})

test('what fails is a fault by its name', async () => {
  const { clock, uploads, faults } = start(() => Promise.reject(new CacheFault('status 500')))
  uploads.add('1', held())
  await clock.advance(0)

  expect(faults).toEqual([{ request: 'PUT /v1/cache/1', found: 'status 500' }])
})

function start(put: (hash: string, sending: Sending) => Promise<Stored>) {
  const clock = createClock()
  const faults: Fault[] = []
  const upstream = { put: (hash: string, _: unknown, sending: Sending) => put(hash, sending) }
  const { signal } = new AbortController()
  const uploads = new Uploads({ upstream, clock, signal, mayWrite: true, onFault: (fault) => faults.push(fault) })
  return { clock, faults, uploads }
}

function held(onDispose: () => void = () => undefined): Held {
  return new Held(toBytes(Buffer.from('archive')), { [Symbol.dispose]: onDispose })
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}

async function over(clock: TestClock, drained: Promise<void>): Promise<void> {
  await clock.advance(1_000)
  await drained
}
