import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { addLoads, findWrkFault, parseDuration, parseWrk, planLoads } from './wrk.ts'

const quiet = `Running 45s test @ http://127.0.0.1:46081/hello/world
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     9.78ms   23.95ms 427.04ms   94.04%
    Req/Sec     7.25k     4.03k   20.48k    64.79%
  321770 requests in 45.07s, 87.84MB read
Requests/sec:   7139.36
`

test('a load is its requests, those that failed in any way, and the mean time of one', () => {
  expect(parseWrk(quiet)).toEqual({ requests: 321_770, failed: 0, latency: 9.78 })
  const bad = `${quiet}  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 10\n`
  expect(parseWrk(bad).failed).toBe(20)
  expect(parseWrk(quiet.replace('9.78ms', '850.00us')).latency).toBeCloseTo(0.85)
})

test.each([
  ['printed no figures', 'unable to connect'],
  ['waited in vain', quiet.replace('321770 requests', '0 requests').replace('9.78ms', '0.00us')],
])('a wrk that %s is no load without loss', (_name, output) => {
  expect(() => parseWrk(output)).toThrow('wrk made no request')
})

test.each([
  ['1.50us', 0.0015],
  ['2.00s', 2000],
  ['1.05m', 63_000],
  ['soon', NaN],
  [undefined, NaN],
])('a time of %s is %d milliseconds', (text, ms) => {
  if (Number.isNaN(ms)) expect(parseDuration(text)).toBeNaN()
  else expect(parseDuration(text)).toBeCloseTo(ms)
})

test('several loads together have the mean of all requests', () => {
  const loads = [1, 3].map((requests) => ({ requests, failed: 1, latency: 2 * requests }))
  expect(addLoads(loads)).toEqual({ requests: 4, failed: 2, latency: 5 })
})

test('half of the clients bring a new connection for each request', () => {
  const load = ['-t1', '-c32', '-d10s', 'http://127.0.0.1:1/hello/world']
  expect(planLoads('http://127.0.0.1:1/hello/world', 10)).toEqual([load, ['-H', 'Connection: close', ...load]])
})

test('where wrk is missing it is said how to get it', async () => {
  await using folder = await createFolder()
  expect(findWrkFault({ PATH: folder.path })).toContain('apt-get install wrk')
  await folder.write({ wrk: '#!/bin/sh\nexit 1\n' }, { mode: 0o755 })
  expect(findWrkFault({ PATH: folder.path })).toBeUndefined()
})
