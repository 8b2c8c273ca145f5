import { createArchive } from '@mochi/build-cache/testing'
import { expect, test } from 'vitest'
import { toBytes } from './bytes.ts'
import { startFaultyCache } from './faulty-cache.fixture.ts'
import { inspectContents } from './inspect-contents.ts'
import { createService } from './service.ts'

test('a run is opened, relayed and finished, and then known no more', async () => {
  await using cache = await startFaultyCache('status 500')
  const ask = createService()
  const settings = {
    url: cache.url,
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
  const { url, token } = reply.opened
  const answer = await fetch(`${url}/v1/cache/1`, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(404)

  const finish = { kind: 'finish', run: 'one', results: { tasks: [] } } as const
  expect(await ask(finish)).toMatchObject({ account: { misses: 1, fault: { found: 'status 500' } } })
  expect(await ask(finish)).toEqual({ kind: 'finished', account: undefined })
})

test('archives of equal outputs have one digest, whatever their times, and others another', async () => {
  const digest = (body: string, time: number) =>
    inspectContents(toBytes(createArchive([{ name: 'libs/a/dist/a.js', body, time }])))
  const first = await digest('one', 1)

  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect([await digest('one', 2), await digest('two', 1)]).toEqual([first, expect.not.stringMatching(first)])
})
