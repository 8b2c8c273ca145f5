import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { inspectArchive } from '@mochi/build-cache'
import { createArchive, createTar } from '@mochi/build-cache/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { archiveOf, MINT_KEY, startCache } from './cache.fixture.ts'
import type { TestCache } from './cache.fixture.ts'

const shared: { cache?: TestCache; hash: number } = { hash: 1_000 }

beforeAll(async () => {
  shared.cache = await startCache({ environment: { CACHE_ENTRY_LIMIT: '100KB', CACHE_UNPACKED_LIMIT: '1MB' } })
})
afterAll(() => shared.cache?.[Symbol.asyncDispose]())

const cache = (): TestCache => {
  if (shared.cache === undefined) throw new Error('The cache does not run.')
  return shared.cache
}
/** One that no other test has. */
const newHash = (): string => String((shared.hash += 1))

describe('an entry', () => {
  test('is there once it was written, with its digest and who wrote it', async () => {
    const [hash, body] = [newHash(), archiveOf('first')]
    const missed = await cache().get(hash)
    const written = await cache().ask('PUT', `/v1/cache/${hash}`, { body, headers: { 'x-mochi-revision': 'abcdef1' } })
    const read = await cache().get(hash, 'reader')

    expect([missed.status, missed.json()['code'], written.status]).toEqual([404, 'CACHE_MISS', 200])
    expect(read).toMatchObject({ status: 200, body })
    const digest = createHash('sha256').update(body).digest('base64')
    expect(Object.fromEntries(read.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(body.length),
      'content-digest': `sha-256=:${digest}:`,
      'x-mochi-scope': 'main',
      'x-mochi-writer': 'ci of main',
      'x-mochi-revision': 'abcdef1',
      'x-mochi-contents': (await inspectArchive(Readable.from([body]))).contents,
      'x-request-id': expect.stringMatching(/./) as string,
    })
    expect(Date.parse(read.headers.get('x-mochi-written') ?? '')).toBeGreaterThan(Date.now() - 60_000)
  })

  test('is never written again, not even with other bytes', async () => {
    const hash = newHash()
    await cache().put(hash, 'main', archiveOf('first'))
    const again = await cache().put(hash, 'main', archiveOf('second'))

    expect([again.status, again.json()['code']]).toEqual([409, 'CACHE_ENTRY_EXISTS'])
    expect((await cache().get(hash)).body).toEqual(archiveOf('first'))
  })

  test('has one writer when two write at once', async () => {
    const hash = newHash()
    const bodies = Array.from({ length: 8 }, (_, index) => archiveOf(`writer ${index}`))
    const answers = await Promise.all(bodies.map((body) => cache().put(hash, 'main', body)))
    const won = answers.findIndex(({ status }) => status === 200)

    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 409)])
    expect((await cache().get(hash)).body).toEqual(bodies[won])
  })
})

describe('trust', () => {
  test('what a branch has written is read by that branch alone', async () => {
    const hash = newHash()
    expect((await cache().put(hash, 'a')).status).toBe(200)
    const read = await Promise.all(['a', 'b', 'main', 'reader', 'admin'].map((as) => cache().get(hash, as)))

    expect(read.map(({ status }) => status)).toEqual([200, 404, 404, 404, 404])
  })

  test('a branch reads what main has written, and before its own', async () => {
    const hash = newHash()
    await cache().put(hash, 'a', archiveOf('of a'))
    await cache().put(hash, 'main', archiveOf('of main'))

    expect((await cache().get(hash, 'a')).body).toEqual(archiveOf('of main'))
    expect((await cache().get(hash, 'b')).body).toEqual(archiveOf('of main'))
  })

  test('a branch does not write what main has', async () => {
    const hash = newHash()
    await cache().put(hash, 'main')

    expect((await cache().put(hash, 'a')).status).toBe(409)
  })

  test('readers and admins write nothing', async () => {
    const answers = await Promise.all(['reader', 'admin'].map((as) => cache().put(newHash(), as)))
    const told = await cache().post('/v1/results', { tasks: [] }, 'reader')

    expect([...answers, told].map(({ status, json }) => [status, json()['code']])).toEqual(
      Array.from({ length: 3 }, () => [403, 'CACHE_READ_ONLY']),
    )
  })

  test.each([
    'GET /v1/cache/1',
    'PUT /v1/cache/1',
    'POST /v1/results',
    'GET /v1/flakes',
    'GET /v1/status',
    'GET /v1/entries/1',
    'POST /v1/purge',
  ])('%s is for nobody without a good token', async (what) => {
    const [method = '', path = ''] = what.split(' ')
    const body = method === 'GET' ? {} : { body: '{}' }
    const foreign = await cache().token({}, 'the mint key of another cache, as long')
    const answers = await Promise.all(['', 'nonsense', foreign].map((as) => cache().ask(method, path, { as, ...body })))

    for (const { status, headers, json } of answers) {
      expect([status, json()['code']]).toEqual([401, 'BUILD_CACHE_TOKEN_REFUSED'])
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  })
})

test('tokens of the key before are good while a key is exchanged', async () => {
  await using exchanging = await startCache({
    secrets: { mintKey: 'the new mint key, of which nobody knew', previousMintKey: MINT_KEY },
  })

  expect((await exchanging.get('1')).status).toBe(404)
  expect((await exchanging.get('1', await exchanging.token({}, 'the new mint key, of which nobody knew'))).status).toBe(
    404,
  )
  expect((await exchanging.get('1', await exchanging.token({}, 'a key that nobody has ever had, here'))).status).toBe(
    401,
  )
})

test('a token that was good is refused when its time is over', async () => {
  const clock = { now: Date.now() }
  await using timed = await startCache({ now: () => clock.now })
  expect((await timed.get('1')).status).toBe(404)
  clock.now += 9 * 3_600_000

  expect((await timed.get('1')).json()['detail']).toContain('it has expired')
})

describe('a body is refused', () => {
  test.each<[string, Buffer, number, string]>([
    ['that is no archive', Buffer.from('no archive at all'), 422, 'it is no gzip'],
    ['that is cut', archiveOf('cut').subarray(0, -1), 422, 'its gzip is cut or damaged'],
    ['with more behind it', Buffer.concat([archiveOf('more'), Buffer.from('x')]), 422, 'something stands behind'],
    ['that leads out of its folder', createArchive({ '../x': 'x' }), 422, '"../x" is no plain path'],
    ['that is no result', gzipSync(createTar([])), 422, 'it has no terminalOutput'],
    ['that is too large', Buffer.alloc(100_001), 413, 'An entry has at most 100000 bytes'],
    ['that unpacks to too much', createArchive({ a: 'x'.repeat(1_000_000) }), 422, 'more than 1000000 bytes'],
  ])('%s', async (_what, body, status, reason) => {
    const hash = newHash()
    const answer = await cache().put(hash, 'main', body)

    expect(answer.status).toBe(status)
    expect(answer.json()['detail']).toContain(reason)
    expect((await cache().get(hash)).status).toBe(404)
  })

  test('without a length', async () => {
    const headers = { authorization: `Bearer ${await cache().tokens.main}`, 'transfer-encoding': 'chunked' }
    const { promise, resolve } = Promise.withResolvers<number | undefined>()
    const asking = request(`${cache().url}/v1/cache/${newHash()}`, { method: 'PUT', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asking.end(archiveOf('chunked'))

    expect(await promise).toBe(411)
  })

  test.each(['x', '-1', '123456789012345678901', '1.5', '%2e%2e1'])('under the name %s', async (hash) => {
    expect((await cache().put(hash)).status).toBe(400)
  })

  test('and it is remembered why', async () => {
    const hash = newHash()
    await cache().put(hash, 'a', Buffer.from('no archive'))
    const told = await cache().ask('GET', `/v1/entries/${hash}`, { as: 'a' })

    expect(told.status).toBe(404)
    expect(told.json()['detail']).toMatch(/^It was refused from branch:a at .*: it is no gzip\.$/)
    expect((await cache().ask('GET', `/v1/entries/${hash}`, { as: 'b' })).json()['absences']).toEqual([])
  })
})

describe('what is known of a hash', () => {
  test('are its entries that the token reads', async () => {
    const hash = newHash()
    await cache().put(hash, 'a', archiveOf('of a'))
    await cache().put(hash, 'main', archiveOf('of main'))
    await cache().get(hash, 'reader')
    const scopesFor = async (as: string) => {
      const { entries } = (await cache().ask('GET', `/v1/entries/${hash}`, { as })).json() as {
        entries: { scope: string }[]
      }
      return entries.map(({ scope }) => scope)
    }

    expect(await Promise.all(['main', 'reader', 'a', 'b', 'admin'].map(scopesFor))).toEqual([
      ['main'],
      ['main'],
      ['branch:a', 'main'],
      ['main'],
      ['branch:a', 'main'],
    ])
    const { entries } = (await cache().ask('GET', `/v1/entries/${hash}`)).json() as { entries: object[] }
    const sha256 = createHash('sha256').update(archiveOf('of main')).digest('hex')
    expect(entries[0]).toMatchObject({ writer: 'ci of main', sha256, size: archiveOf('of main').length, hits: 1 })
  })

  test('is its task and how long it took, once its writer has said so', async () => {
    const hash = newHash()
    await cache().put(hash)
    const tasks = [{ hash, task: 'foo:build', status: 'success', ms: 1_234.4 }]
    expect((await cache().post('/v1/results', { revision: 'abcdef1', tasks })).status).toBe(204)
    await cache().post('/v1/results', { tasks: [{ hash, task: 'bar:build', status: 'success', ms: 1 }] }, 'a')

    const [entry] = (await cache().ask('GET', `/v1/entries/${hash}`)).json()['entries'] as object[]
    expect(entry).toMatchObject({ task: 'foo:build', ms: 1_234 })
    expect((await cache().get(hash)).headers.get('x-mochi-task')).toBe('foo:build')
  })

  test.each([{}, { tasks: [{ hash: 'x' }] }, { tasks: [{ hash: '1', task: 'a b', status: 'success', ms: 1 }] }])(
    'is nothing that results such as %j say',
    async (body) => {
      expect((await cache().post('/v1/results', body)).status).toBe(400)
    },
  )
})

describe('a flake', () => {
  const tell = (cache: TestCache, hash: string, status: string, as: string) =>
    cache.post('/v1/results', { tasks: [{ hash, task: 'foo:test', status, ms: 1 }] }, as)

  test('is one hash that has passed and failed, told to who reads its scope', async () => {
    await using flaky = await startCache()
    for (const status of ['success', 'failure', 'success', 'remote-cache']) await tell(flaky, '1', status, 'a')
    for (const status of ['failure', 'failure']) await tell(flaky, '2', status, 'a')
    const flakesFor = async (as: string) => (await flaky.ask('GET', '/v1/flakes', { as })).json()['flakes']

    expect(await flakesFor('a')).toEqual([
      expect.objectContaining({ task: 'foo:test', hash: '1', scope: 'branch:a', passed: 2, failed: 1 }),
    ])
    expect(await flakesFor('admin')).toHaveLength(1)
    expect([await flakesFor('main'), await flakesFor('b'), await flakesFor('reader')]).toEqual([[], [], []])
  })
})

describe('the status', () => {
  test('adds up entries, hits, misses and saved time by scope', async () => {
    await using counted = await startCache({ environment: { CACHE_BUDGET: '1MB' } })
    await counted.put('1')
    await counted.post('/v1/results', { tasks: [{ hash: '1', task: 'foo:build', status: 'success', ms: 500 }] })
    await counted.put('2', 'a')
    for (const hash of ['1', '1', '2', '3']) await counted.get(hash, 'a')
    await counted.get('1', 'reader')
    const bytes = archiveOf('1').length

    expect((await counted.ask('GET', '/v1/status', { as: 'a' })).json()).toMatchObject({
      scopes: [
        { scope: 'main', entries: 1, bytes, hits: 1, misses: 0, savedMs: 500 },
        { scope: 'branch:a', entries: 1, bytes, hits: 3, misses: 1, savedMs: 1_000 },
      ],
      budget: { bytes: 1_000_000, main: { entries: 1, bytes, budget: 700_000 }, branch: { budget: 300_000 } },
      ...{ evictions: 0, refusals: 0 },
    })
    expect((await counted.ask('GET', '/v1/status', { as: 'b' })).json()['scopes']).toHaveLength(1)
  })

  test('is behind a kill by a second, and by nothing after a stop', async () => {
    await using first = await startCache()
    await first.put('1')
    await first.get('1', 'reader')
    await first.stop()
    await using second = await startCache({ folder: first.data })

    expect((await second.ask('GET', '/v1/status')).json()['scopes']).toMatchObject([{ hits: 1 }])
  })
})

describe('a purge', () => {
  test.each([{ scope: 'branch:a' }, { hash: '2' }, { writer: 'ci of a' }, { scope: 'branch:a', hash: '2' }])(
    'of %j takes away what matches, and nothing else',
    async (wish) => {
      await using purged = await startCache()
      await purged.put('1', 'main', archiveOf('same'))
      await purged.put('2', 'a', archiveOf('same'))
      await purged.put('3', 'b', archiveOf('same'))
      const answer = await purged.post('/v1/purge', wish, 'admin')

      expect(answer.json()).toEqual({ entries: 1, bytes: archiveOf('same').length })
      expect([
        (await purged.get('1')).status,
        (await purged.get('2', 'a')).status,
        (await purged.get('3', 'b')).status,
      ]).toEqual([200, 404, 200])
      const why = await purged.ask('GET', '/v1/entries/2', { as: 'a' })
      expect(why.json()['detail']).toMatch(/purged from branch:a at .*: by root/)
      expect((await purged.put('2', 'a')).status).toBe(200)
    },
  )

  test('is for admins alone', async () => {
    const answers = await Promise.all(
      ['main', 'a', 'reader'].map((as) => cache().post('/v1/purge', { scope: 'main' }, as)),
    )

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403])
  })

  test.each([{}, { everything: true }, { scop: 'branch:a', hash: '1' }])('of %j is refused', async (wish) => {
    expect((await cache().post('/v1/purge', wish, 'admin')).status).toBe(400)
  })
})

test('says that it is well, and describes its routes', async () => {
  const document = (await cache().service.internal.inject('/openapi.json')).json<{ paths: object }>()

  expect((await cache().ask('GET', '/health')).json()).toMatchObject({ name: 'cache', status: 'ok' })
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining([
      '/v1/cache/{hash}',
      '/v1/results',
      '/v1/flakes',
      '/v1/status',
      '/v1/entries/{hash}',
      '/v1/purge',
    ]),
  )
})
