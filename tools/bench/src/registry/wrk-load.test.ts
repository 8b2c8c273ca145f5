import { createServer } from 'node:http'
import { listenOnFreePort, requireCommand } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { CONNECTIONS, planWrk, wrkLoad } from './wrk-load.ts'

test('one path is asked for with all headers', () => {
  const args = planWrk({ url: 'http://127.0.0.1:1/part', seconds: 3, headers: { accept: '*/*', via: 'x' } })
  expect(args).toEqual(
    expect.arrayContaining(['-t1', `-c${CONNECTIONS}`, '-d3s', '--latency', 'accept: */*', 'via: x']),
  )
  expect(args.at(-1)).toBe('http://127.0.0.1:1/part')
})

describe.runIf(requireCommand('wrk'))('a load', () => {
  test('asks for all numbered paths, while this process goes on, and says how long the slowest took', async () => {
    const asked = new Set<string>()
    const server = createServer(({ url = '' }, response) => {
      asked.add(url)
      response.end('bytes')
    })
    await using listening = await listenOnFreePort(server)
    const numbered = { count: 3, suffix: '.tgz' }
    const load = await wrkLoad({ url: `${listening.url}/part/-/part-1.0.`, seconds: 1, numbered })

    expect([...asked].sort()).toEqual([1, 2, 3].map((number) => `/part/-/part-1.0.${number}.tgz`))
    expect(load.requests).toBeGreaterThan(0)
    expect(load.ms).toBeGreaterThanOrEqual(1000)
    expect(load.p99).toBeGreaterThan(0)
    if (process.platform === 'linux') expect(load.clients).toBeGreaterThan(0)
  })

  test('of which a request fails is no measurement', async () => {
    await using listening = await listenOnFreePort(createServer((_request, response) => response.writeHead(404).end()))
    await expect(wrkLoad({ url: listening.url, seconds: 1 })).rejects.toThrow(/\d+ of \d+ requests to http.* failed$/)
  })
})
