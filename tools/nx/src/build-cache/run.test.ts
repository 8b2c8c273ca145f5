import { createClock } from '@mochi/testing'
import type { TestClock } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { toBytes } from './bytes.ts'
import { CacheFault } from './fault.ts'
import { BUDGET_MS, createRun, USUAL_MS } from './run.ts'
import type { CacheRun, RunOptions } from './run.ts'
import type { Found, Hit, Stored, Upstream } from './upstream.ts'

const ARCHIVE = toBytes(Buffer.from('archive'))
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

  test('holds nobody up for longer than the budget', async () => {
    const clock = createClock()
    const run = start({ exchangeToken: never }, { clock })
    await advanceOver(clock, run.begin())

    expect(await run.finish(NO_RESULTS)).toMatchObject({ lostMs: BUDGET_MS })
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
    ['stored', 200],
    ['present', 409],
    ['forbidden', 403],
    ['refused', 403],
  ])('an archive that it takes as %s is %d for Nx, and no fault', async (stored, status) => {
    const run = start({ put: () => Promise.resolve(stored) })

    expect(await run.put('1', ARCHIVE)).toBe(status)
    expect(await run.finish(NO_RESULTS)).toMatchObject({ fault: undefined, stored: stored === 'stored' ? 1 : 0 })
  })

  test('is not asked again to write once it has forbidden that', async () => {
    const asked: string[] = []
    const run = start({ put: (hash) => (asked.push(hash), Promise.resolve('forbidden' as const)) })
    await run.put('1', ARCHIVE)

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

    expect(await Promise.all(inFlight)).toEqual([undefined, undefined, 403])
    expect([await run.get('4'), await run.put('5', ARCHIVE)]).toEqual([undefined, 403])
    const { fault } = await run.finish(RESULTS)
    expect(fault).toEqual({ request: 'GET /v1/cache/1', found: 'status 500' })
    expect(asked).toEqual(['1', '2', '3'])
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

describe('a run loses 2 seconds at most', () => {
  test('by requests that are never answered, however many there are', async () => {
    const clock = createClock()
    const run = start({ get: never }, { clock })
    const asked = Array.from({ length: 100 }, (_, hash) => run.get(String(hash)))
    await clock.advance(BUDGET_MS)

    expect(new Set(await Promise.all(asked))).toEqual(new Set([undefined]))
    expect(await run.finish(NO_RESULTS)).toMatchObject({
      lostMs: BUDGET_MS,
      misses: 100,
      fault: { found: 'no whole answer within 2000 ms' },
    })
    expect(clock.pending).toBe(0)
  })

  test('and not earlier', async () => {
    const clock = createClock()
    const run = start({ get: () => clock.sleep(BUDGET_MS - 1).then(() => hit()) }, { clock })
    const found = run.get('1')
    await clock.advance(BUDGET_MS - 1)

    expect(await found).toEqual(ARCHIVE)
    expect(await run.finish(NO_RESULTS)).toMatchObject({ lostMs: 0, fault: undefined })
  })

  test('by misses that are slow: what they take longer than usual is lost', async () => {
    const clock = createClock()
    const run = start({ get: () => clock.sleep(USUAL_MS + 700).then(() => ({ kind: 'miss' })) }, { clock })
    for (const hash of ['1', '2', '3', '4']) await advanceOver(clock, run.get(hash))

    // Twice 700 ms beyond what is usual, then the 600 ms that are left.
    expect(await run.finish(NO_RESULTS)).toMatchObject({
      lostMs: BUDGET_MS,
      fault: { request: 'GET /v1/cache/3', found: 'no whole answer within 600 ms' },
    })
  })

  test('by archives that are slow to send, beyond 4 MB a second', async () => {
    const clock = createClock()
    const archive = toBytes(Buffer.alloc(4_000_000))
    const run = start({ put: () => clock.sleep(USUAL_MS + 1_100).then(() => 'stored' as const) }, { clock })
    const stored = run.put('1', archive)
    await clock.advance(BUDGET_MS)

    expect([await stored, (await run.finish(NO_RESULTS)).lostMs]).toEqual([200, 100])
  })

  test('by reads, writes and results together', async () => {
    const clock = createClock()
    const slow = <Value>(value: Value): Promise<Value> => clock.sleep(USUAL_MS + 700).then(() => value)
    const run = start({ get: () => slow({ kind: 'miss' }), put: () => slow('stored'), sendResults: never }, { clock })
    await advanceOver(clock, run.get('1'))
    await advanceOver(clock, run.put('1', toBytes()))
    const { lostMs, fault } = await advanceOver(clock, run.finish(RESULTS))

    expect([lostMs, fault]).toEqual([
      BUDGET_MS,
      { request: 'POST /v1/results', found: 'no whole answer within 600 ms' },
    ])
  })

  test('and what only waits for its turn loses nothing', async () => {
    const clock = createClock()
    const run = start({ get: () => clock.sleep(200).then(() => hit()) }, { clock })
    const asked = Array.from({ length: 320 }, (_, hash) => run.get(String(hash)))
    await clock.advance(20 * 200)

    expect(await Promise.all(asked)).toHaveLength(320)
    expect(await run.finish(NO_RESULTS)).toMatchObject({ hits: 320, lostMs: 0, fault: undefined })
  })
})

describe('a shared hit of a reproducible target', () => {
  const stored = hit({ task: 'foo:build', contents: 'aaa', writer: 'ci 7', written: '2026-01-01T00:00:00Z' })
  const compare = { oneIn: 2, targets: ['build'], random: () => 0.49 }

  test('is missed when its turn has come, and what is built in its place is compared and not stored', async () => {
    const run = start(
      { get: () => Promise.resolve(stored), put: never },
      { compare, inspect: () => Promise.resolve('bbb') },
    )

    expect([await run.get('1'), await run.put('1', ARCHIVE)]).toEqual([undefined, 409])
    expect(await run.finish(NO_RESULTS)).toMatchObject({
      compared: 1,
      differences: [
        {
          task: 'foo:build',
          hash: '1',
          stored: { contents: 'aaa', writer: 'ci 7', written: '2026-01-01T00:00:00Z' },
          built: { contents: 'bbb' },
        },
      ],
    })
  })

  test('that is built equal is no difference', async () => {
    const run = start({ get: () => Promise.resolve(stored) }, { compare, inspect: () => Promise.resolve('aaa') })
    await run.get('1')
    await run.put('1', ARCHIVE)

    expect(await run.finish(NO_RESULTS)).toMatchObject({ compared: 1, differences: [], fault: undefined })
  })

  test('whose new archive cannot be read is neither compared nor stored', async () => {
    const inspect = () => Promise.reject(new Error('no gzip'))
    const run = start({ get: () => Promise.resolve(stored), put: never }, { compare, inspect })
    await run.get('1')

    expect(await run.put('1', ARCHIVE)).toBe(403)
    expect(await run.finish(NO_RESULTS)).toMatchObject({ compared: 0, differences: [] })
  })

  test.each<[string, Hit, Partial<RunOptions['compare']>]>([
    ['its turn has not come', stored, { random: () => 0.5 }],
    ['no comparison is wished', stored, { oneIn: 0, random: () => 0 }],
    ['it is of another target', hit({ task: 'foo:test', contents: 'aaa' }), {}],
    ['its task is not known', hit({ contents: 'aaa' }), {}],
    ['its outputs have no digest', hit({ task: 'foo:build' }), {}],
  ])('is used when %s', async (_, found, changed) => {
    const run = start({ get: () => Promise.resolve(found) }, { compare: { ...compare, ...changed } })

    expect(await run.get('1')).toEqual(ARCHIVE)
  })
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
    compare: { oneIn: 0, targets: [], random: () => 0 },
    inspect: never,
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

async function advanceOver<Value>(clock: TestClock, promise: Promise<Value>): Promise<Value> {
  await clock.advance(BUDGET_MS)
  return await promise
}
