import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createInbox, listenOnFreePort } from '@mochi/testing'
import type { Listening } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { toBytes } from './bytes.ts'
import { describeFailure } from './fault.ts'
import { findClosedUrl, startFaultyCache, startOtherProtocol } from './faulty-cache.fixture.ts'
import type { Fault } from './faulty-cache.fixture.ts'
import { createRoom } from './room.ts'
import { createUpstream } from './upstream.ts'
import type { Upstream } from './upstream.ts'

const BODY = Buffer.from('an archive')
const DIGEST = `sha-256=:${createHash('sha256').update(BODY).digest('base64')}:`
const { signal } = new AbortController()
const sending = { signal }
const LARGEST = 1_000_000

describe('what the cache answers', () => {
  test('is a hit with all that it says of itself when its bytes are those of its digest', async () => {
    const known = {
      'x-mochi-task': 'foo:build',
      'x-mochi-contents': 'abc',
      'x-mochi-writer': 'ci 7',
      'x-mochi-written': '2026-01-01T00:00:00Z',
    }
    await using cache = await serve((_, response) => {
      const digest = `sha-512=:aaaa:, ${DIGEST}`
      response.writeHead(200, { 'content-length': BODY.length, 'content-digest': digest, ...known }).end(BODY)
    })

    expect(await open(cache.url).get('1', sending)).toEqual({
      kind: 'hit',
      body: toBytes(BODY),
      task: 'foo:build',
      contents: 'abc',
      writer: 'ci 7',
      written: '2026-01-01T00:00:00Z',
    })
  })

  test('is a token in place of that of a CI, with which it is asked from then on', async () => {
    const seen: unknown[] = []
    await using cache = await serve((request, response) => {
      seen.push(request.headers.authorization)
      const body = JSON.stringify({ token: 'a.minted-one.x', scope: 'main' })
      response.writeHead(200, { 'content-length': body.length }).end(body)
    })
    const upstream = open(cache.url)
    await upstream.exchangeToken(sending)
    await upstream.get('1', sending).catch(() => undefined)

    expect(seen).toEqual(['Bearer the-token', 'Bearer a.minted-one.x'])
  })

  test.each([204, 403, 404])('is the CI’s own token still where nothing is exchanged: %d', async (status) => {
    const seen: unknown[] = []
    await using cache = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(status).end()
    })
    const upstream = open(cache.url)
    await upstream.exchangeToken(sending)
    await upstream.get('1', sending).catch(() => undefined)

    expect(seen).toEqual(['Bearer the-token', 'Bearer the-token'])
  })

  test('is a fault where it is 200 and no token', async () => {
    await using cache = await serve((_, response) => response.writeHead(200, { 'content-length': 2 }).end('{}'))

    expect(await faultOf(open(cache.url).exchangeToken(sending))).toBe('200 without a token')
  })

  test('is a miss with 404', async () => {
    await using cache = await serve((_, response) => response.writeHead(404).end('{"title":"Not found"}'))

    expect(await open(cache.url).get('1', sending)).toEqual({ kind: 'miss' })
  })

  test('is not read when it is larger than what is held in memory', async () => {
    await using cache = await serve((_, response) => {
      response.writeHead(200, { 'content-length': LARGEST + 1, 'content-digest': DIGEST })
      response.flushHeaders()
    })

    expect(await open(cache.url).get('1', sending)).toEqual({ kind: 'too-large' })
  })

  test.each([
    [200, 'stored'],
    [403, 'forbidden'],
    [409, 'present'],
    [411, 'refused'],
    [413, 'refused'],
    [422, 'refused'],
    [507, 'refused'],
  ])('to what is written with %d means %s', async (status, stored) => {
    await using cache = await serve((request, response) =>
      request.resume().once('end', () => response.writeHead(status).end()),
    )

    expect(await open(cache.url).put('1', toBytes(BODY), sending)).toBe(stored)
  })

  test.each([204, 403])('to results with %d is no fault', async (status) => {
    await using cache = await serve((request, response) =>
      request.resume().once('end', () => response.writeHead(status).end()),
    )

    await expect(open(cache.url).sendResults({ tasks: [] }, sending)).resolves.toBeUndefined()
  })
})

describe('what is asked', () => {
  test('goes below the path of the url, with the token and, when written, the revision', async () => {
    const requests = createInbox<Pick<IncomingMessage, 'method' | 'url' | 'headers'>>()
    await using cache = await serve((request, response) => {
      requests.push({ method: request.method, url: request.url, headers: request.headers })
      request.resume().once('end', () => response.writeHead(request.method === 'GET' ? 404 : 200).end())
    })
    const upstream = open(`${cache.url}/shared/`)
    await upstream.get('1', sending)
    await upstream.put('2', toBytes(BODY), sending)
    await upstream.sendResults({ tasks: [] }, sending)

    expect(requests.items.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /shared/v1/cache/1',
      'PUT /shared/v1/cache/2',
      'POST /shared/v1/results',
    ])
    expect(requests.items.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer the-token'))
    expect(requests.items[1]?.headers).toMatchObject({
      'x-mochi-revision': 'abc',
      'content-length': String(BODY.length),
      'content-type': 'application/octet-stream',
    })
  })

  test('goes out again when the connection that was kept is closed just then', async () => {
    const seen = new Map<unknown, number>()
    await using cache = await serve(({ socket }, response) => {
      seen.set(socket, (seen.get(socket) ?? 0) + 1)
      if (seen.get(socket) === 1) response.writeHead(404).end()
      else socket.destroy()
    })
    const upstream = open(cache.url)
    await upstream.get('1', sending)

    expect(await upstream.get('2', sending)).toEqual({ kind: 'miss' })
    expect([...seen.values()]).toEqual([2, 1])
  })

  test('says how far an archive has come, either way', async () => {
    await using cache = await serve((request, response) => {
      response.writeHead(200, { 'content-length': BODY.length, 'content-digest': DIGEST })
      if (request.method === 'GET') response.end(BODY)
      else request.resume().once('end', () => response.end(BODY))
    })
    const upstream = open(cache.url)
    const moves = { get: 0, put: 0 }
    await upstream.get('1', { signal, onProgress: () => moves.get++ })
    const chunks = Array.from({ length: 10 }, () => Buffer.alloc(100_000))
    await upstream.put('1', toBytes(...chunks), { signal, onProgress: () => moves.put++ })

    expect(moves).toEqual({ get: 1, put: 4 })
  })

  test('ends when it is no longer wanted', async () => {
    await using cache = await startFaultyCache('no answer')
    const wanted = new AbortController()
    const found = open(cache.url).get('1', { signal: wanted.signal })
    await cache.requests.waitForCount(1)
    wanted.abort()

    await expect(found).rejects.toThrow('aborted')
  })
})

describe('a fault is', () => {
  test.each<[Fault, string]>([
    ['status 401', 'status 401'],
    ['status 500', 'status 500'],
    ['a redirect', 'a redirect (302)'],
    ['half a body', '2000 of 4000 bytes'],
    ['a body without a digest', '200 without a content-digest'],
    ['a body without a length', '200 without a content-length'],
    ['other bytes than the digest says', '200 with other bytes than its digest says'],
    ['the page of a proxy', '200 without a content-length (text/html)'],
    ['a connection that is cut', 'a connection that was cut (ECONNRESET)'],
  ])('%s', async (fault, found) => {
    await using cache = await startFaultyCache(fault)

    expect(await faultOf(open(cache.url).get('1', sending))).toBe(found)
  })

  test('nobody who listens', async () => {
    expect(await faultOf(open(await findClosedUrl()).get('1', sending))).toMatch(/ECONNREFUSED/)
  })

  test('something else that listens', async () => {
    await using other = await startOtherProtocol()

    expect(await faultOf(open(other.url).get('1', sending))).toMatch(/^an answer that is no HTTP/)
  })

  test('another status to what is written, or to results', async () => {
    await using cache = await startFaultyCache('status 500 to what is written')

    expect(await faultOf(open(cache.url).put('1', toBytes(BODY), sending))).toBe('status 500')
    expect(await faultOf(open(cache.url).sendResults({ tasks: [] }, sending))).toBe('status 500')
  })
})

function open(url: string): Upstream {
  return createUpstream({ url, token: 'the-token', revision: 'abc', proxies: {}, room: createRoom(LARGEST) })
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Listening> {
  return await listenOnFreePort(createServer(answer))
}

async function faultOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    (answer) => `no fault: ${JSON.stringify(answer)}`,
    (error: unknown) => describeFailure(error),
  )
}
