import { createClock } from '@mochi/testing'
import type { TestClock } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { Held, toBytes } from './bytes.ts'
import { CacheFault } from './fault.ts'
import { BUDGET_MS, createRun, LONGEST_MS, LOOK_UPS_MS, USUAL_MS } from './run.ts'
import type { CacheRun, RunOptions } from './run.ts'
import type { Found, Hit, Stored, Upstream } from './upstream.ts'

const ARCHIVE = held(7)
const NO_RESULTS = { tasks: [] }

describe('a token of a CI', () => {
  test('that the cache refuses turns it off before Nx has asked for anything', async () => {
    const run = start({
      exchangeToken: () => Promise.reject(new CacheFault('status 401')),
      get: () => Promise.resolve(hit()),
    })
    await run.begin()

    expect(await run.get('1')).toBeUndefined()
    expect(await run.finish(NO_RESULTS)).toMatchObject({ fault: { request: 'POST /v1/token', found: 'status 401' } })
  })

  test('holds nobody up for longer than a look-up', async () => {
    const clock = createClock()
    const run = start({ exchangeToken: never }, { clock })
    await over(clock, run.begin())

    expect(await run.finish(NO_RESULTS)).toMatchObject({ lostMs: LONGEST_MS })
  })
})

describe('a cache without faults', () => {
  test('gives what it has, misses what it has not, and keeps what is built', async () => {
    const run = start({ get: (hash) => Promise.resolve(hash === '1' ? hit() : { kind: 'miss' }) })

    expect([await run.get('1'), await run.get('2'), await run.put('2', ARCHIVE)]).toEqual([ARCHIVE, undefined, 200])
    expect(await run.finish(NO_RESULTS)).toEqual({
      hits: 1,
      misses: 1,
      compared: 0,
      stored: 1,
      bytes: { received: 7, sent: 7 },
      lostMs: 0,
      fault: undefined,
      differences: [],
    })
  })

  test('misses an archive that is too large to hold, and nothing else', async () => {
    const run = start({ get: (hash) => Promise.resolve(hash === '1' ? { kind: 'too-large' } : hit()) })

    expect([await run.get('1'), await run.get('2')]).toEqual([undefined, ARCHIVE])
  })

  test.each<[Stored, number]>([
    ['stored', 1],
    ['present', 0],
    ['forbidden', 0],
    ['refused', 0],
  ])('an archive that it takes as %s is no fault, and counts as %d that are stored', async (answer, stored) => {
    const run = start({ put: () => Promise.resolve(answer) })

    expect(await run.put('1', ARCHIVE)).toBe(200)
    expect(await run.finish(NO_RESULTS)).toMatchObject({ fault: undefined, stored })
  })

  test('is not asked again to write once it has forbidden that', async () => {
    const asked: string[] = []
    const clock = createClock()
    const run = start({ put: (hash) => (asked.push(hash), Promise.resolve('forbidden' as const)) }, { clock })
    await run.put('1', ARCHIVE)
    await clock.advance(0)

    expect([await run.put('2', ARCHIVE), asked]).toEqual([403, ['1']])
  })

  test('is never asked to write with a token that only reads, nor told results', async () => {
    const asked: string[] = []
    const run = start(
      {
        put: () => (asked.push('put'), Promise.resolve('stored')),
        sendResults: () => (asked.push('results'), Promise.resolve()),
      },
      { mayWrite: false },
    )

    expect(await run.put('1', ARCHIVE)).toBe(403)
    await run.finish(RESULTS)
    expect(asked).toEqual([])
  })

  test('is told the results at the end', async () => {
    const told: unknown[] = []
    const run = start({ sendResults: (results) => (told.push(results), Promise.resolve()) })
    await run.finish(RESULTS)

    expect(told).toEqual([RESULTS])
  })
})

const RESULTS = { tasks: [{ hash: '1', task: 'foo:build', status: 'success', ms: 5 }] } as const

describe('the first fault', () => {
  test('ends what is in flight, and everything later is a miss that nobody is asked for', async () => {
    const asked: string[] = []
    const fail = Promise.withResolvers<Found>()
    const run = start({
      get: (hash) => (asked.push(hash), hash === '1' ? fail.promise : never()),
      put: (hash) => (asked.push(hash), never()),
      sendResults: () => (asked.push('results'), never()),
    })
    const inFlight = [run.get('1'), run.get('2'), run.put('3', ARCHIVE)]
    fail.reject(new CacheFault('status 500'))

    expect(await Promise.all(inFlight)).toEqual([undefined, undefined, 200])
    expect([await run.get('4'), await run.put('5', ARCHIVE)]).toEqual([undefined, 403])
    const { fault } = await run.finish(RESULTS)
    expect(fault).toEqual({ request: 'GET /v1/cache/1', found: 'status 500' })
    expect(asked.toSorted()).toEqual(['1', '2', '3'])
  })

  test('may be met by what is sent while the run goes on', async () => {
    const clock = createClock()
    const run = start({ put: () => Promise.reject(new CacheFault('status 500')), get: never }, { clock })
    await run.put('1', ARCHIVE)
    await clock.advance(0)

    expect(await run.get('2')).toBeUndefined()
    expect((await run.finish(NO_RESULTS)).fault).toEqual({ request: 'PUT /v1/cache/1', found: 'status 500' })
  })

  test('is named by what Node says, in words', async () => {
    const run = start({ get: () => Promise.reject(Object.assign(new Error('secret'), { code: 'ECONNREFUSED' })) })
    await run.get('1')

    expect((await run.finish(NO_RESULTS)).fault?.found).toBe('nobody who listens there (ECONNREFUSED)')
  })

  test('of the results is an account like any other', async () => {
    const run = start({ sendResults: () => Promise.reject(new CacheFault('status 503')) })

    expect((await run.finish(RESULTS)).fault).toEqual({ request: 'POST /v1/results', found: 'status 503' })
  })
})

describe('look-ups lose 1.5 seconds at most', () => {
  test('by requests that are never answered, however many there are', async () => {
    const clock = createClock()
    const run = start({ get: never }, { clock })
    const asked = Array.from({ length: 100 }, (_, hash) => run.get(String(hash)))
    await clock.advance(LONGEST_MS)

    expect(new Set(await Promise.all(asked))).toEqual(new Set([undefined]))
    expect(await run.finish(NO_RESULTS)).toMatchObject({
      lostMs: LONGEST_MS,
      misses: 100,
      fault: { found: 'no whole answer within 1000 ms' },
    })
    expect(clock.pending).toBe(0)
  })

  test('by misses, however quick each of them is', async () => {
    const { clock, run, asked } = startSlow({ ms: 249, found: { kind: 'miss' } })
    for (let hash = 0; hash < 400; hash++) await over(clock, run.get(String(hash)))

    expect([clock.monotonic(), asked.length]).toEqual([LOOK_UPS_MS, 7])
    expect(await run.finish(NO_RESULTS)).toMatchObject({ lostMs: LOOK_UPS_MS, misses: 400 })
  })

  test('by archives that are slow to come, beyond what is usual', async () => {
    const { clock, run, asked } = startSlow({ ms: 999, found: hit({ body: held(0) }) })
    for (let hash = 0; hash < 400; hash++) await over(clock, run.get(String(hash)))

    // Of the first 749 ms; the second has what is left of the time, and does not come within it.
    expect([clock.monotonic(), asked.length]).toEqual([LOOK_UPS_MS + USUAL_MS, 2])
    expect(await run.finish(NO_RESULTS)).toMatchObject({ hits: 1, lostMs: LOOK_UPS_MS })
  })

  test('and archives that come as is usual lose nothing, however many and large they are', async () => {
    const large = hit({ body: held(2_000_000) })
    const { clock, run } = startSlow({ ms: 700, found: large })
    for (let hash = 0; hash < 100; hash++) await over(clock, run.get(String(hash)))

    expect(await run.finish(NO_RESULTS)).toMatchObject({ hits: 100, lostMs: 0, fault: undefined })
  })

  test('of which moments that several lose together count once', async () => {
    const { clock, run } = startSlow({ ms: 400, found: { kind: 'miss' } })
    const asked = Array.from({ length: 16 }, (_, hash) => run.get(String(hash)))
    await clock.advance(200)
    asked.push(run.get('later'))
    await clock.advance(600)

    await Promise.all(asked)
    expect(await run.finish(NO_RESULTS)).toMatchObject({ lostMs: 800, fault: undefined })
  })

  test('also where each begins before the one before has ended', async () => {
    const { clock, run } = startSlow({ ms: 900, found: { kind: 'miss' } })
    const asked = [run.get('1')]
    await clock.advance(850)
    asked.push(run.get('2'))
    await clock.advance(900)

    await Promise.all(asked)
    expect((await run.finish(NO_RESULTS)).lostMs).toBe(LOOK_UPS_MS)
  })

  test('and what only waits for its turn loses nothing', async () => {
    const { clock, run } = startSlow({ ms: 200, found: hit() })
    const asked = Array.from({ length: 320 }, (_, hash) => run.get(String(hash)))
    await clock.advance(20 * 200)

    expect(await Promise.all(asked)).toHaveLength(320)
    expect(await run.finish(NO_RESULTS)).toMatchObject({ hits: 320, lostMs: 0, fault: undefined })
  })

  test('and an archive that is on its way then is given up alone', async () => {
    const clock = createClock()
    const given: string[] = []
    const run = start(
      {
        get: (hash, { signal, onProgress }) => {
          if (hash !== 'large') return Promise.resolve(hit())
          signal.addEventListener('abort', () => given.push(hash))
          onProgress?.()
          return never()
        },
      },
      { clock },
    )
    const [large, small] = [run.get('large'), run.get('small')]
    await clock.advance(LONGEST_MS)

    expect([await large, await small, await run.get('later'), given]).toEqual([undefined, ARCHIVE, ARCHIVE, ['large']])
    expect(await run.finish(NO_RESULTS)).toMatchObject({ lostMs: LONGEST_MS, fault: undefined })
  })

  test('and what is built is sent all the same', async () => {
    const { clock, run } = startSlow({ ms: 750, found: { kind: 'miss' } })
    for (const hash of ['1', '2', '3']) await over(clock, run.get(hash))
    await run.put('3', ARCHIVE)

    expect(await run.finish(NO_RESULTS)).toMatchObject({
      stored: 1,
      fault: { request: 'GET /v1/cache/2', found: 'look-ups that took 1500 ms and brought nothing' },
    })
  })
})

describe('the end of a run', () => {
  test('comes within 2 seconds in all, with what look-ups have lost', async () => {
    const clock = createClock()
    const slow = () => clock.sleep(750).then(() => ({ kind: 'miss' }) as const)
    const run = start({ get: slow, sendResults: never }, { clock })
    await over(clock, run.get('1'))
    await over(clock, run.get('2'))

    expect(await over(clock, run.finish(RESULTS))).toMatchObject({
      lostMs: BUDGET_MS,
      fault: { found: 'look-ups that took 1500 ms and brought nothing' },
    })
    expect([clock.monotonic(), clock.pending]).toEqual([BUDGET_MS, 0])
  })

  test('tells a thousand results at once', async () => {
    const told: number[] = []
    const run = start({ sendResults: ({ tasks }) => (told.push(tasks.length), Promise.resolve()) })
    await run.finish({ tasks: Array.from({ length: 2_500 }, () => RESULTS.tasks[0]) })

    expect(told).toEqual([1_000, 1_000, 500])
  })
})

test('a hit that is to be compared is missed, and what is built in its place is compared and not sent', async () => {
  const given: string[] = []
  const body = held(7, () => given.push('body'))
  const found = hit({ body, task: 'foo:build', contents: 'aaa' })
  const compare = { oneIn: 1, targets: ['build'], random: () => 0, inspect: () => Promise.resolve('bbb') }
  const run = start({ get: () => Promise.resolve(found), put: never }, { compare })

  expect([await run.get('1'), given, await run.put('1', ARCHIVE)]).toEqual([undefined, ['body'], 409])
  expect(await run.finish(NO_RESULTS)).toMatchObject({ compared: 1, differences: [{ task: 'foo:build', hash: '1' }] })
})

function start(upstream: Partial<Upstream>, options: Partial<RunOptions> = {}): CacheRun {
  return createRun({
    upstream: {
      exchangeToken: () => Promise.resolve(),
      get: () => Promise.resolve({ kind: 'miss' }),
      put: () => Promise.resolve('stored'),
      sendResults: () => Promise.resolve(),
      close: () => undefined,
      ...upstream,
    },
    clock: createClock(),
    mayWrite: true,
    compare: { oneIn: 0, targets: [], random: () => 0, inspect: never },
    ...options,
  })
}

function hit(fields: Partial<Hit> = {}): Hit {
  const unknown = { task: undefined, contents: undefined, writer: 'unknown', written: 'unknown' }
  return { kind: 'hit', body: ARCHIVE, ...unknown, ...fields }
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}

function held(length: number, onDispose: () => void = () => undefined): Held {
  return new Held(toBytes(Buffer.alloc(length)), { [Symbol.dispose]: onDispose })
}

/** A cache that takes so long for each look-up, and gives always the same. */
function startSlow({ ms, found }: { ms: number; found: Found }) {
  const clock = createClock()
  const asked: string[] = []
  const get = (hash: string): Promise<Found> => (asked.push(hash), clock.sleep(ms).then(() => found))
  return { clock, asked, run: start({ get }, { clock }) }
}

/** Lets just the time pass that a promise takes. */
async function over<Value>(clock: TestClock, promise: Promise<Value>): Promise<Value> {
  const state = { isOver: false }
  void promise.then(() => (state.isOver = true))
  await clock.advance(0)
  while (!state.isOver) await clock.advance(1)
  return await promise
}
