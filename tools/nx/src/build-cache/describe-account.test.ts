import { expect, test } from 'vitest'
import { describeAccount } from './describe-account.ts'
import type { Account } from './account.ts'

const well: Account = {
  hits: 3,
  misses: 1,
  compared: 0,
  stored: 1,
  bytes: { received: 1_234_567, sent: 1_234 },
  lostMs: 0,
  fault: undefined,
  differences: [],
}
const quiet = { url: 'https://cache.example.com/', isVerbose: false }

test('nothing is said of a run that went well', () => {
  expect(describeAccount(well, quiet)).toEqual([])
})

test('it is counted when that is asked for', () => {
  const verbose = { ...quiet, isVerbose: true }

  expect(describeAccount(well, verbose)).toEqual(['build cache: 3 of 4 found (1.23 MB), 1 stored (1.23 kB), 0 ms lost'])
  expect(describeAccount({ ...well, compared: 2 }, verbose)[0]).toContain('2 built again and compared')
})

test('a fault is one line: what was expected, what was found, what to do next', () => {
  const fault = { request: 'GET /v1/cache/12', found: 'status 500' }

  expect(describeAccount({ ...well, fault, lostMs: 17 }, quiet)).toEqual([
    'warning: Expected an archive or a 404 from the build cache at https://cache.example.com/ for GET /v1/cache/12, found status 500: the run went on without it (17 ms lost). Next: curl -i https://cache.example.com/health (CACHE_RELAY_FAULT)',
  ])
})

test('so is each difference, with both digests', () => {
  const stored = { contents: 'aaa', writer: 'github acme/app run 12', written: '2026-01-01T00:00:00.000Z' }
  const difference = { task: 'foo:build', hash: '12', stored, built: { contents: 'bbb' } }

  expect(describeAccount({ ...well, differences: [difference] }, quiet)).toEqual([
    'warning: Expected foo:build (12) to build what the cache has of it, aaa by github acme/app run 12 at 2026-01-01T00:00:00.000Z; found bbb. Next: npx nx run foo:build --skip-nx-cache (CACHE_RELAY_DIFFERENCE)',
  ])
})
