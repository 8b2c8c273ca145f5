import { describe, expect, test } from 'vitest'
import {
  answers,
  findClosedUrl,
  startDyingCache,
  startFaultyCache,
  startOtherProtocol,
} from '../build-cache/faulty-cache.fixture.ts'
import type { Fault } from '../build-cache/faulty-cache.fixture.ts'
import { createCachedWorkspace, WRITER } from './cached-workspace.fixture.ts'
import type { NxRun } from './cached-workspace.fixture.ts'

type Cache = AsyncDisposable & { readonly url: string }

const nobody = async (): Promise<Cache> => ({
  url: await findClosedUrl(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
})

/** How a cache can fail, by what it does. */
const faults: [string, () => Promise<Cache>][] = [
  ['nobody listens', nobody],
  ['something else listens', startOtherProtocol],
  ['it dies after its first answer', startDyingCache],
  ...Object.keys(answers).map((fault): [string, () => Promise<Cache>] => [
    fault,
    () => startFaultyCache(fault as Fault),
  ]),
]

describe('a run of npx nx affected:test', { timeout: 180_000 }, () => {
  test.each(faults)('goes on without a cache when %s', async (_, start) => {
    await using workspace = await createCachedWorkspace()
    await using cache = await start()
    const run = await workspace.nx(['affected:test'], { MOCHI_CACHE_URL: cache.url, MOCHI_CACHE_TOKEN: WRITER })

    expect(run.code, outputOf(run)).toBe(0)
    expect(run.ran.map(({ project }) => project).sort()).toEqual(['a', 'b'])
    expect(run.account).toMatchObject({ hits: 0, fault: { found: expect.any(String) as string } })
    expect(run.stderr.match(/CACHE_RELAY_FAULT/g), outputOf(run)).toHaveLength(1)
    expect(run.stderr).not.toContain(WRITER)
  })
})

/** What Nx's own client ends a run for at once. The others it waits for as long as they take, or takes for what they are not. */
const fatal = new Set([
  'nobody listens',
  'something else listens',
  'it answers: status 401',
  'it answers: status 500',
  'it answers: half a body',
  'it answers: other bytes than the digest says',
  'it answers: the page of a proxy',
  'it answers: a connection that is cut',
])

describe('a run with Nx’s own client', { timeout: 180_000 }, () => {
  test.each(faults.filter(([name]) => fatal.has(name)))('ends when %s', async (_, start) => {
    await using workspace = await createCachedWorkspace()
    await using cache = await start()
    const run = await workspace.nx(['affected:test'], { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: cache.url })

    expect(run.code, outputOf(run)).toBe(1)
  })
})

function outputOf({ stdout, stderr }: NxRun): string {
  return stdout + stderr
}
