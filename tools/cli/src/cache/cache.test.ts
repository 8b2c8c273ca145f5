import { createServer } from 'node:http'
import { readGrant } from '@mochi/build-cache'
import { createFolder, listenOnFreePort } from '@mochi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findFlakes } from '../ci/flakes.ts'
import { createTestContext } from '../testing/test-context.ts'
import type { TestContext } from '../testing/test-context.ts'
import { startCache } from './cache.fixture.ts'
import { runCachePurge } from './purge.ts'
import { runCacheStatus } from './status.ts'
import { runCacheToken } from './token.ts'
import { runCacheWhy } from './why.ts'

const REVISION = 'c0ffee'.repeat(7).slice(0, 40)
const NO_FILTER = { scope: undefined, hash: undefined, writer: undefined, json: false }

let cache: Awaited<ReturnType<typeof startCache>>
beforeAll(async () => {
  cache = await startCache()
  expect(await cache.write('17', await cache.mint('main'), { 'x-mochi-revision': REVISION })).toBe(200)
  expect(await cache.write('18', await cache.mint('branch', 'try'))).toBe(200)
})
afterAll(() => cache[Symbol.asyncDispose]())

const said = async (context: TestContext, run: (context: TestContext) => Promise<unknown>) => {
  await run(context)
  return context.written.stdout
}

describe('mochi cache status', () => {
  test('shows scopes, sizes and the budget to who has the mint key', async () => {
    const text = await said(cache.context(), (context) => runCacheStatus(context, { json: false }))
    expect(text).toContain(cache.url)
    expect(text).toMatch(/^main +1 +\d+ B/m)
    expect(text).toMatch(/^branch:try +1 +\d+ B/m)
  })

  test('shows a reader main alone', async () => {
    const context = cache.context({ hasKey: false, token: await cache.mint('reader') })
    const { scopes } = JSON.parse(await said(context, () => runCacheStatus(context, { json: true }))) as {
      scopes: object[]
    }
    expect(scopes).toMatchObject([{ scope: 'main', entries: 1 }])
  })

  test('asks for a token where there is neither key nor token', async () => {
    const run = runCacheStatus(cache.context({ hasKey: false }), { json: false })
    await expect(run).rejects.toMatchObject({ code: 'CLI_CACHE_TOKEN_MISSING' })
  })

  test('says that a token is refused, and does not say the token', async () => {
    const token = `${await cache.mint('reader')}x`
    const error: unknown = await runCacheStatus(cache.context({ hasKey: false, token }), { json: false }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'CLI_CACHE_REFUSED', facts: { status: 401 } })
    expect(JSON.stringify(error)).not.toContain(token)
  })

  test('says that no cache is named, and that one is away', async () => {
    await using folder = await createFolder({ 'mochi.json': '{}' })
    const unnamed = createTestContext({ root: folder.path })
    await expect(runCacheStatus(unnamed, { json: false })).rejects.toMatchObject({ code: 'CLI_CACHE_UNNAMED' })
    const away = cache.context({ token: await cache.mint('reader') })
    const env = { ...away.env, MOCHI_CACHE_URL: 'http://127.0.0.1:1' }
    await expect(runCacheStatus({ ...away, env }, { json: false })).rejects.toMatchObject({ code: 'CLI_CACHE_AWAY' })
  })

  test('a server that is no cache is no empty cache', async () => {
    await using other = await listenOnFreePort(createServer((_, response) => response.writeHead(404).end('no')))
    const context = cache.context()
    const env = { MOCHI_CACHE_URL: other.url }
    await expect(runCacheStatus({ ...context, env }, { json: false })).rejects.toMatchObject({
      code: 'CLI_CACHE_REFUSED',
    })
    await expect(runCacheWhy({ ...context, env }, { json: false }, '17')).rejects.toMatchObject({
      code: 'CLI_CACHE_REFUSED',
    })
  })
})

describe('the address of the cache', () => {
  test('is told while somebody waits at a terminal, and nowhere else', async () => {
    const seen = [true, false].map(async (isTTY) => {
      const context = cache.context()
      await runCacheStatus({ ...context, stderr: { ...context.stderr, isTTY } }, { json: false })
      return context.written.stderr
    })
    expect(await Promise.all(seen)).toEqual([`Asking ${cache.url}/ …\n`, ''])
  })

  test('with https for a server without TLS is told as that, with what to do', async () => {
    const context = cache.context({ token: await cache.mint('reader') })
    const url = cache.url.replace('http:', 'https:')
    const run = runCacheStatus({ ...context, env: { ...context.env, MOCHI_CACHE_URL: url } }, { json: false })
    await expect(run).rejects.toMatchObject({
      code: 'CLI_CACHE_AWAY',
      message: expect.stringMatching(/found a server that speaks http there, and no TLS\.$/),
      hint: `MOCHI_CACHE_URL=${cache.url}/ ./mochi cache status`,
    })
  })
})

test('a flake that other machines have seen is told with those of this one', async () => {
  const task = { project: 'a', target: 'coverage', hash: '50', output: '', ms: 5 }
  const token = await cache.mint('main')
  const tell = (status: string) =>
    fetch(`${cache.url}/v1/results`, {
      method: 'POST',
      body: JSON.stringify({ tasks: [{ hash: '50', task: 'a:coverage', status, ms: 5 }] }),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    })
  await tell('failure')
  await tell('success')
  const context = cache.context({ hasKey: false, token: await cache.mint('reader') })
  const run = { revision: REVISION, now: Date.now(), history: cache.folder.join('history.db') }
  const found = await findFlakes(context, [{ ...task, status: 'success', ok: true }], run)
  expect(found).toMatchObject([{ task: 'a:coverage', hash: '50', passed: 1, failed: 1 }])
})

test('without the cache those of this machine are told', async () => {
  const away = cache.context({ token: await cache.mint('reader') })
  const context = { ...away, env: { ...away.env, MOCHI_CACHE_URL: 'http://127.0.0.1:1' } }
  const task = { project: 'b', target: 'coverage', hash: '51', output: '', ms: 5 }
  const run = { revision: REVISION, now: Date.now(), history: cache.folder.join('own.db') }
  await findFlakes(context, [{ ...task, status: 'failure', ok: false }], run)
  expect(await findFlakes(context, [{ ...task, status: 'success', ok: true }], run)).toMatchObject([{ hash: '51' }])
})

describe('mochi cache why', () => {
  test('says who wrote an entry, and from which revision', async () => {
    const context = cache.context()
    expect(await runCacheWhy(context, { json: false }, '17')).toBe(0)
    expect(context.written.stdout).toMatch(/written by +main of a test, \d{4}-.+, from c0ffee/)
    expect(context.written.stdout).toContain('main, which all read')
  })

  test('ends with 1 where there is none, and where it is not for this token', async () => {
    const context = cache.context()
    expect(await runCacheWhy(context, { json: false }, '99')).toBe(1)
    expect(context.written.stdout).toContain('There is no entry 99')
    const reader = cache.context({ hasKey: false, token: await cache.mint('reader') })
    expect(await runCacheWhy(reader, { json: false }, '18')).toBe(1)
    expect(reader.written.stdout).not.toContain('branch:try')
  })

  test.each([
    ['cli', 'cli:coverage'],
    ['hello', 'hello:build'],
    ['hello:serve', 'hello:build'],
    ['hello:biuld', 'hello:build'],
    ['helo:build', 'hello:build'],
  ])('of %s, which is no hash and no cached target, asks for %s', async (wanted, nearest) => {
    const context = cache.context()
    const run = runCacheWhy(context, { json: false }, wanted)
    await expect(run).rejects.toMatchObject({ code: 'CLI_CACHE_NO_HASH', hint: `./mochi cache why ${nearest}` })
  })

  test('says that an entry was purged, and by whom', async () => {
    await cache.write('20', await cache.mint('main'))
    await runCachePurge(cache.context(), { ...NO_FILTER, hash: '20' })
    const context = cache.context()
    expect(await runCacheWhy(context, { json: false }, '20')).toBe(1)
    expect(context.written.stdout).toMatch(/main: purged/)
  })
})

describe('mochi cache purge', () => {
  test('takes the entries of one writer away', async () => {
    await cache.write('30', await cache.mint('branch', 'gone'))
    const text = await said(cache.context(), (context) =>
      runCachePurge(context, { ...NO_FILTER, scope: 'branch:gone' }),
    )
    expect(text).toMatch(/^Purged 1 entry, \d+ B\.\n$/)
  })

  test('goes by the token that is given, also where the mint key is at hand', async () => {
    const reader = cache.context({ token: await cache.mint('reader') })
    const run = runCachePurge(reader, { ...NO_FILTER, scope: 'main' })
    await expect(run).rejects.toMatchObject({ code: 'CLI_CACHE_REFUSED', facts: { status: 403 } })
    const admin = cache.context({ hasKey: false, token: await cache.mint('admin') })
    expect(await said(admin, (context) => runCachePurge(context, { ...NO_FILTER, scope: 'branch:none' }))).toContain(
      '0 entries',
    )
  })

  test('refuses to purge nothing in particular, and from who has no right to', async () => {
    await expect(runCachePurge(cache.context(), NO_FILTER)).rejects.toMatchObject({ code: 'CLI_CACHE_PURGE_ALL' })
    const reader = cache.context({ hasKey: false, token: await cache.mint('reader') })
    const run = runCachePurge(reader, { ...NO_FILTER, scope: 'main' })
    await expect(run).rejects.toMatchObject({ code: 'CLI_CACHE_REFUSED', facts: { status: 403 } })
  })
})

describe('mochi cache token', () => {
  const wish = { branch: undefined, writer: undefined, hours: undefined, keyFile: undefined, json: false }
  const at = (context: TestContext): TestContext => ({ ...context, clock: { now: () => Date.now() } })

  test('prints the token alone, and it is good for what it says', async () => {
    const context = at(cache.context())
    await runCacheToken(context, { ...wish, role: 'branch', branch: 'other' })
    const token = context.written.stdout.trim()
    expect(readGrant(token)).toMatchObject({ role: 'branch', scope: 'branch:other' })
    expect(context.written.stderr).toMatch(/^For branch other, as \S+@\S+, until \S+\.\n$/)
    expect(await cache.write('40', token)).toBe(200)
  })

  test('a branch that is no ASCII has the scope that the CI’s own token of it has', async () => {
    const context = at(cache.context())
    await runCacheToken(context, { ...wish, role: 'branch', branch: 'ä b' })
    expect(readGrant(context.written.stdout.trim())).toMatchObject({ scope: 'branch:%C3%A4%20b' })
    expect(await cache.write('41', context.written.stdout.trim())).toBe(200)
  })

  test('a reader’s is good for a month, a writer’s for a day’s work', async () => {
    const hours = async (role: 'reader' | 'main') => {
      const context = at(cache.context())
      await runCacheToken(context, { ...wish, role, json: true })
      const { expires } = JSON.parse(context.written.stdout) as { expires: string }
      return Math.round((Date.parse(expires) - Date.now()) / 3_600_000)
    }
    expect([await hours('reader'), await hours('main')]).toEqual([720, 8])
  })

  test('without the mint key there is none', async () => {
    const run = runCacheToken(cache.context({ hasKey: false }), { ...wish, role: 'main' })
    await expect(run).rejects.toMatchObject({ code: 'CLI_CACHE_KEY_MISSING' })
  })

  test('a key that others may read is not used', async () => {
    await using folder = await createFolder()
    await folder.write({ key: 'a-mint-key-that-everybody-may-read-here' }, { mode: 0o644 })
    const run = runCacheToken(cache.context(), { ...wish, role: 'main', keyFile: folder.join('key') })
    await expect(run).rejects.toMatchObject({ code: 'CLI_CACHE_KEY_UNUSABLE' })
  })

  test.each([
    { role: 'main' as const, hours: 25 },
    { role: 'reader' as const, hours: 721 },
    { role: 'main' as const, hours: Number.NaN },
    { role: 'branch' as const },
    { role: 'main' as const, branch: 'x' },
  ])('refuses %j', async (rest) => {
    const run = runCacheToken(at(cache.context()), { ...wish, ...rest })
    await expect(run).rejects.toMatchObject({ code: 'BUILD_CACHE_TOKEN_UNFIT' })
  })
})
