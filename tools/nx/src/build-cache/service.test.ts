import { createArchive } from '@mochi/build-cache/testing'
import { createClock } from '@mochi/testing'
import { expect, test } from 'vitest'
import { toBytes } from './bytes.ts'
import { startFaultyCache } from './faulty-cache.fixture.ts'
import { inspectContents } from './inspect-contents.ts'
import type { Opened } from './relay.ts'
import { createService, IDLE_MS } from './service.ts'
import type { Service } from './service.ts'

test('a run is opened, relayed and finished, and then known no more', async () => {
  await using cache = await startFaultyCache('status 500')
  const { ask } = createService()
  const opened = await open(ask, cache.url)
  expect(await statusOf(opened)).toBe(404)

  expect(await ask(finish)).toMatchObject({ account: { misses: 1, fault: { found: 'status 500' } } })
  expect(await ask(finish)).toEqual({ kind: 'finished', account: undefined })
})

test('a run that asks nothing for long is over: its path leads nowhere', async () => {
  await using cache = await startFaultyCache('no answer to what is written')
  const clock = createClock()
  const { ask } = createService(clock)
  const opened = await open(ask, cache.url)
  await clock.advance(IDLE_MS - 1)
  await statusOf(opened)
  await clock.advance(IDLE_MS - 1)
  await statusOf(opened)
  expect(cache.requests.items).toHaveLength(2)
  await clock.advance(IDLE_MS)
  await statusOf(opened)

  expect(cache.requests.items).toHaveLength(2)
  expect(await ask(finish)).toMatchObject({ account: undefined })
})

test('after a fault of its own, what Nx waits for is answered, and the account says what it was', async () => {
  await using cache = await startFaultyCache('no answer')
  const { ask, fail } = createService()
  const status = statusOf(await open(ask, cache.url))
  await cache.requests.waitForCount(1)
  fail(new TypeError('of ours'))

  expect(await status).toBe(404)
  expect(await ask(finish)).toMatchObject({
    account: { fault: { request: 'the relay', found: 'a fault of its own (TypeError: of ours)' } },
  })
})

const finish = { kind: 'finish', run: 'one', results: { tasks: [] } } as const

async function open(ask: Service['ask'], url: string): Promise<Opened> {
  const settings = {
    url,
    token: 'a',
    revision: undefined,
    proxies: {},
    mayWrite: true,
    isOfCi: false,
    compare: 0,
    reproducible: [],
  }
  const reply = await ask({ kind: 'open', run: 'one', settings })
  if (reply.kind !== 'opened') throw new Error(`Expected it to be opened, found ${reply.kind}.`)
  return reply.opened
}

async function statusOf({ url, token }: Opened): Promise<number> {
  const answer = await fetch(`${url}/v1/cache/1`, { headers: { authorization: `Bearer ${token}` } })
  return answer.status
}

test('archives of equal outputs have one digest, whatever their times, and others another', async () => {
  const digest = (body: string, time: number) =>
    inspectContents(toBytes(createArchive([{ name: 'libs/a/dist/a.js', body, time }])))
  const first = await digest('one', 1)

  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect([await digest('one', 2), await digest('two', 1)]).toEqual([first, expect.not.stringMatching(first)])
})
