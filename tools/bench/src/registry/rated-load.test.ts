import { createServer } from 'node:http'
import { createFolder, listenOnFreePort, requireCommand } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { findH2loadFault, planH2load, ratedLoad, summarizeLog } from './rated-load.ts'
import { CONNECTIONS } from './wrk-load.ts'

/** A log of requests that took so many milliseconds, after the first, which nobody counts. */
const logOf = (times: readonly number[]): string =>
  ['1000000\t200\t9000000', ...times.map((time) => `2000000\t200\t${time * 1000}`), '9000000\t200\t9000000'].join('\n')

test('the rate is shared among all clients', () => {
  const args = planH2load({ url: 'http://127.0.0.1:1/part', seconds: 3, rate: 18_080, headers: { via: 'x' } }, 'log')
  expect(args).toEqual(expect.arrayContaining(['--h1', `-c${CONNECTIONS}`, '--rps=282.5', '-n90432', 'via: x']))
  expect(args.at(-1)).toBe('http://127.0.0.1:1/part')
})

test.each([17_300, 18_080, 640])('at %d requests a second, no two clients ask at the same moment', (rate) => {
  const args = planH2load({ url: 'http://127.0.0.1:1/', seconds: 1, rate }, 'log')
  const [, pause = NaN] = /--rate-period=(\d+)ms/.exec(args.join(' ')) ?? []
  const interval = (CONNECTIONS / rate) * 1000
  const moments = Array.from({ length: 8 }, (_, index) => (index * Number(pause)) % interval).sort((a, b) => a - b)

  for (const [index, moment] of moments.entries()) {
    expect((moments[index + 1] ?? interval) - moment).toBeGreaterThan(interval / 50)
  }
})

test('99 of 100 requests are answered within a time that one takes longer than', () => {
  const times = Array.from({ length: 1000 }, (_, index) => (index < 10 ? 9 : index === 10 ? 7 : 1))
  expect(summarizeLog(logOf(times), { seconds: 1, rate: 1000 })).toEqual({ rate: 1000, p99: 7 })
})

test('what a client would have asked while it waited has waited too', () => {
  const rate = CONNECTIONS * 100
  const times = Array.from({ length: rate }, (_, index) => (index < 10 ? 100 : 1))
  // Each of the ten should have asked nine times more: 90 that waited 90 to 10 ms. Of 6,400, the 65th slowest.
  expect(summarizeLog(logOf(times), { seconds: 1, rate }).p99).toBe(40)
})

test('what is never answered has waited for the whole time', () => {
  const times = Array.from({ length: 900 }, () => 1)
  expect(summarizeLog(logOf(times), { seconds: 1, rate: 1000 })).toEqual({ rate: 900, p99: 1000 })
})

test('a load of which a request fails is no measurement', () => {
  expect(() => summarizeLog('1\t503\t10\n', { seconds: 1, rate: 1 })).toThrow('a request failed: 1\t503\t10')
})

test('where h2load is missing it is said how to get it', async () => {
  await using folder = await createFolder()
  expect(findH2loadFault({ PATH: folder.path })).toContain('apt-get install nghttp2-client')
  await folder.write({ h2load: '#!/bin/sh\nexit 1\n' }, { mode: 0o755 })
  expect(findH2loadFault({ PATH: folder.path })).toBeUndefined()
})

describe.runIf(requireCommand('h2load'))('a load at a rate', () => {
  test('asks so often, with its headers, and times answers truly', async () => {
    const delay = 50
    const vias = new Set<string | undefined>()
    const server = createServer(({ headers }, response) => {
      vias.add(headers.via)
      setTimeout(() => response.end('bytes'), delay)
    })
    await using listening = await listenOnFreePort(server)
    const load = await ratedLoad({ url: listening.url, seconds: 1, rate: 320, headers: { via: '1.1 test' } })

    expect(vias).toEqual(new Set(['1.1 test']))
    expect(load.p99).toBeGreaterThan(delay - 1)
    // Clients that never wait would ask 1,280 times a second.
    expect(load.rate).toBeGreaterThan(0)
    expect(load.rate).toBeLessThan(1000)
  })

  test('of which a request fails is no measurement', async () => {
    await using listening = await listenOnFreePort(createServer((_request, response) => response.writeHead(404).end()))
    await expect(ratedLoad({ url: listening.url, seconds: 1, rate: 64 })).rejects.toThrow(/^requests to http.* failed/)
  })
})
