import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findClosedUrl } from '../build-cache/faulty-cache.fixture.ts'
import { createCachedWorkspace, unsignedToken } from './cached-workspace.fixture.ts'
import type { CachedWorkspace, NxRun } from './cached-workspace.fixture.ts'
import { startRealCache } from './real-cache.fixture.ts'
import type { RealCache } from './real-cache.fixture.ts'

const BUILD = ['run-many', '--targets=build', '--outputStyle=static']

describe('two clones and a shared cache', { timeout: 180_000 }, () => {
  let cache: RealCache
  let one: CachedWorkspace
  let other: CachedWorkspace

  beforeAll(async () => {
    cache = await startRealCache()
    one = await createCachedWorkspace()
    other = await createCachedWorkspace()
    const first = await build(one, await cache.mint({ role: 'main' }))
    expect(first.account, outputOf(first)).toMatchObject({ hits: 0, stored: 2, fault: undefined })
  })

  afterAll(async () => {
    await one[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
    await cache[Symbol.asyncDispose]()
  })

  test('what one has built, the other restores, the same to the byte, and runs nothing', async () => {
    const run = await build(other, await cache.mint({ role: 'reader' }))

    expect(run.stdout).toContain('[remote cache]')
    expect(run.ran).toEqual([])
    expect(run.tasks.map(({ status }) => status)).toEqual(['remote-cache', 'remote-cache'])
    expect(run.account).toMatchObject({ hits: 2, misses: 0, fault: undefined })
    expect(await other.built('a')).toBe(await one.built('a'))
  })

  test('a run that went well says nothing, unless it is asked to', async () => {
    const token = await cache.mint({ role: 'reader' })
    const quiet = await build(other, token)
    const verbose = await build(other, token, { NX_VERBOSE_LOGGING: 'true' })

    expect(quiet.stderr).not.toMatch(/cache/)
    expect(verbose.stderr).toMatch(/build cache: 2 of 2 found \(\d+ B\), 0 stored \(0 B\), \d+ ms lost/)
  })

  test.each<[string, Record<string, string>]>([
    ['with plugins in processes of their own', { NX_ISOLATE_PLUGINS: 'true' }],
    ['where a proxy is set for everything', { HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' }],
    ['started by a task of another run', { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: 'http://127.0.0.1:9/mochi-relay-x' }],
  ])('it is found %s', async (_, env) => {
    const run = await build(other, await cache.mint({ role: 'reader' }), env)

    expect(run.account, outputOf(run)).toMatchObject({ hits: 2, fault: undefined })
  })

  test('it is found with the daemon, run after run', async () => {
    const token = await cache.mint({ role: 'reader' })
    const env = { NX_DAEMON: 'true', MOCHI_CACHE_URL: cache.url, MOCHI_CACHE_TOKEN: token }
    await using workspace = await createCachedWorkspace()
    try {
      const runs = [await workspace.nx(BUILD, env), await workspace.nx(BUILD, env)]

      for (const run of runs) expect([run.code, run.ran, run.account?.hits], outputOf(run)).toEqual([0, [], 2])
    } finally {
      await workspace.nx(['daemon', '--stop'], env)
    }
  })

  test('what a branch builds is its own: neither main nor people read it', async () => {
    await using workspace = await createCachedWorkspace(['c'])
    const branch = await cache.mint({ role: 'branch', branch: 'pr-12' })
    expect((await build(workspace, branch)).account).toMatchObject({ hits: 0, stored: 1 })

    expect((await build(workspace, branch)).account).toMatchObject({ hits: 1 })
    for (const wish of [{ role: 'reader' }, { role: 'branch', branch: 'pr-13' }] as const) {
      expect((await build(workspace, await cache.mint(wish))).account, wish.role).toMatchObject({
        hits: 0,
        fault: undefined,
      })
    }
  })

  test('the account knows what a hit has saved: its task and time', async () => {
    const { tasks } = await build(other, await cache.mint({ role: 'reader' }))
    const reader = { authorization: `Bearer ${await cache.mint({ role: 'reader' })}` }
    const found = await fetch(`${cache.url}/v1/cache/${tasks[0]?.hash}`, { headers: reader })
    await found.arrayBuffer()

    expect(found.headers.get('x-mochi-task')).toBe(`${tasks[0]?.project}:build`)
  })

  test('a build that gives other bytes for the same inputs is reported, with both digests', async () => {
    await using workspace = await createCachedWorkspace()
    await workspace.configure({ compare: 1, url: cache.url })
    const token = await cache.mint({ role: 'reader' })
    const same = await workspace.nx(BUILD, { MOCHI_CACHE_TOKEN: token })
    const differing = await workspace.nx(BUILD, { MOCHI_CACHE_TOKEN: token, BUILT_AS: 'something else' })

    expect(same.account, outputOf(same)).toMatchObject({ compared: 2, differences: [], fault: undefined })
    expect(differing.code).toBe(0)
    expect(differing.account?.differences.map(({ task }) => task).sort()).toEqual(['a:build', 'b:build'])
    expect(differing.stderr).toMatch(
      /Expected a:build \(\d+\) to build what the cache has of it, [0-9a-f]{64} by test main at \d.*found [0-9a-f]{64}/,
    )
  })

  function build(workspace: CachedWorkspace, token: string, env: Record<string, string> = {}): Promise<NxRun> {
    return workspace.nx(BUILD, { MOCHI_CACHE_URL: cache.url, MOCHI_CACHE_TOKEN: token, ...env })
  }
})

describe('a run of nx', { timeout: 180_000 }, () => {
  test('hands no token of the cache to its tasks', async () => {
    await using workspace = await createCachedWorkspace()
    const token = unsignedToken('main')
    const run = await workspace.nx(BUILD, { MOCHI_CACHE_URL: await findClosedUrl(), MOCHI_CACHE_TOKEN: token })

    expect(run.ran).toHaveLength(2)
    expect(JSON.stringify(run.ran)).not.toContain(token)
  })

  test('leaves a server that its user has named alone, and hands its tasks no token of ours then either', async () => {
    await using workspace = await createCachedWorkspace()
    const server = await findClosedUrl()
    const token = unsignedToken('main')
    const run = await workspace.nx([...BUILD, '--skipRemoteCache'], {
      MOCHI_CACHE_URL: await findClosedUrl(),
      MOCHI_CACHE_TOKEN: token,
      NX_SELF_HOSTED_REMOTE_CACHE_SERVER: server,
    })

    expect([run.code, run.ran.length, run.account], outputOf(run)).toEqual([0, 2, undefined])
    expect(run.ran.map(({ env }) => env['NX_SELF_HOSTED_REMOTE_CACHE_SERVER'])).toEqual([server, server])
    expect(JSON.stringify(run.ran)).not.toContain(token)
  })

  test('without a cache of its own does not use the relay of the run that started it', async () => {
    await using workspace = await createCachedWorkspace()
    const relay = `${await findClosedUrl()}/mochi-relay-of-another-run`
    const run = await workspace.nx(BUILD, { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: relay })

    expect([run.code, run.ran.length], outputOf(run)).toEqual([0, 2])
    expect(JSON.stringify(run.ran)).not.toContain(relay)
  })

  test('without a token uses no cache, and says so only when it is asked to', async () => {
    await using workspace = await createCachedWorkspace()
    await workspace.configure({ url: await findClosedUrl() })
    const prefix = { MOCHI_PREFIX: workspace.path }
    const quiet = await workspace.nx(BUILD, prefix)
    const verbose = await workspace.nx([...BUILD, '--verbose'], prefix)

    expect([quiet.code, quiet.stderr]).toEqual([0, expect.not.stringMatching(/cache/i)])
    expect(verbose.stderr).toContain('build cache: not used, because there is no token in $MOCHI_CACHE_TOKEN or ')
  })

  test('sends no token in clear to another machine, and says that once', async () => {
    await using workspace = await createCachedWorkspace()
    await workspace.configure({ url: 'http://cache.example' })
    const run = await workspace.nx(BUILD, { MOCHI_CACHE_TOKEN: unsignedToken('main') })

    expect([run.code, run.account]).toEqual([0, undefined])
    expect(run.stderr.match(/BUILD_CACHE_TOKEN_IN_CLEAR/g)).toHaveLength(1)
  })
})

function outputOf({ stdout, stderr }: NxRun): string {
  return stdout + stderr
}
