import { randomBytes } from 'node:crypto'
import { readdir, readlink, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { once } from 'node:events'
import { connect } from 'node:net'
import { openDraft } from '@mochi/files'
import type { OpenDraft } from '@mochi/files'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { startRegistry } from './registry.fixture.ts'
import { packumentOf, sendJson, startUpstream } from './upstream.fixture.ts'
import type { Answer } from './upstream.fixture.ts'

/** A registry over an upstream that has `a@1.0.0`, and a clock that stands still. */
async function startMirroring() {
  await using started = new AsyncDisposableStack()
  const clock = { now: Date.now() }
  const upstream = started.use(await startUpstream())
  upstream.publish('a', { version: '1.0.0' })
  const registry = started.use(await startRegistry({ uplink: upstream.url, now: () => clock.now }))
  const all = started.move()
  return { clock, upstream, registry, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

describe('upstream is away', () => {
  test('what is held is served, and says how old it is', async () => {
    await using rig = await startMirroring()
    const { clock, upstream, registry } = rig
    await registry.get('/a/-/a-1.0.0.tgz')
    await upstream.stop()
    clock.now += 7_200_000

    const packument = await registry.get('/a')
    const tarball = await registry.get('/a/-/a-1.0.0.tgz')

    expect(packument.status).toBe(200)
    expect(packument.headers.get('age')).toBe('7200')
    expect(packument.headers.get('x-mochi-uplink')).toBe('away')
    expect(tarball.status).toBe(200)
  })

  test('what is not held is 503 and never "does not exist"', async () => {
    await using rig = await startMirroring()
    const { upstream, registry } = rig
    await registry.get('/a')
    await upstream.stop()

    for (const path of ['/b', '/b/-/b-1.0.0.tgz', '/b/latest', '/a/-/a-1.0.0.tgz']) {
      const answer = await registry.get(path)
      expect(answer.status, path).toBe(503)
      expect(answer.json(), path).toMatchObject({ code: 'REGISTRY_NOT_MIRRORED', reason: 'unreachable' })
    }
  })

  test('what is held comes from memory, and upstream is not asked each time', async () => {
    await using rig = await startMirroring()
    const { clock, upstream, registry } = rig
    await registry.get('/a')
    upstream.misbehave('*', (_request, response) => response.writeHead(500).end())
    clock.now += 301_000
    const asked = upstream.asked.length

    const answers = await Promise.all([1, 2, 3].map(() => registry.get('/a')))
    const later = await registry.get('/a')

    expect([...answers, later].map(({ headers }) => headers.get('age'))).toEqual(['301', '301', '301', '301'])
    expect(upstream.asked.length - asked).toBe(1)
    expect(await countOf(registry.url, 'packuments from memory')).toBeGreaterThan(0)
  })

  test('what came back is asked for again, without an operator', async () => {
    await using rig = await startMirroring()
    const { clock, upstream, registry } = rig
    await registry.get('/a')
    upstream.misbehave('*', (_request, response) => response.writeHead(500).end())
    clock.now += 301_000
    expect((await registry.get('/a')).headers.get('x-mochi-uplink')).toBe('away')
    upstream.misbehave('*', undefined)

    clock.now += 10_001

    expect((await registry.get('/a')).headers.get('x-mochi-uplink')).toBeNull()
  })

  test('without any uplink what is not held is 503', async () => {
    await using registry = await startRegistry()

    expect((await registry.get('/a')).json()).toMatchObject({ code: 'REGISTRY_NOT_MIRRORED', reason: 'none' })
  })
})

describe('a packument is refused and never stored', () => {
  const huge = 300 * 2 ** 20
  const cases: [what: string, reason: string, answer: Answer][] = [
    [
      'that is a page',
      'not-json',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    ],
    ['that says JSON and is a page', 'invalid', (_, response) => sendText(response, '<p>sign in</p>')],
    [
      'of another package',
      'invalid',
      (_, response) => sendJson(response, packumentOf('b', [{ version: '1.0.0' }], '')),
    ],
    ['that is cut', 'truncated', (_, response) => cut(response, '{"name":"a"')],
    ['that is too large', 'too-large', (_, response) => sendHead(response, { 'content-length': huge })],
    ['that unpacks to too much', 'too-large', (_, response) => sendPacked(response, gzipSync(Buffer.alloc(huge, ' ')))],
    ['whose gzip is damaged', 'invalid', (_, response) => sendPacked(response, randomBytes(1_000))],
    [
      'that another host has',
      'redirect',
      (_, response) => response.writeHead(302, { location: 'http://evil.example/a' }).end(),
    ],
    ['that is redirected for ever', 'redirect', (_, response) => response.writeHead(302, { location: '/a' }).end()],
    ['that wants a login', 'denied', (_, response) => response.writeHead(401).end()],
    ['that is no HTTP', 'invalid', (_, response) => response.socket?.end('what?\r\n\r\n')],
    [
      'with keys that change prototypes',
      'invalid',
      (_, response) => sendText(response, '{"name":"a","__proto__":{},"versions":{}}'),
    ],
  ]
  test.each(cases)('%s', async (_what, reason, answer) => {
    await using upstream = await startUpstream()
    upstream.misbehave('/a', answer)
    await using registry = await startRegistry({ uplink: upstream.url })

    const refused = await registry.get('/a')

    expect(refused.status).toBe(503)
    expect(refused.json()).toMatchObject({ code: 'REGISTRY_NOT_MIRRORED', reason })
    expect(await filesOf(registry.data)).toEqual([])
  })

  test('and a page that says 404 takes nothing back, and says of nothing that it does not exist', async () => {
    await using rig = await startMirroring()
    const { clock, upstream, registry } = rig
    await registry.get('/a')
    upstream.misbehave('*', (_, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<p>'))
    clock.now += 301_000

    const held = await registry.get('/a')
    expect([held.status, held.headers.get('x-mochi-uplink')]).toEqual([200, 'away'])
    expect(held.json()).toMatchObject({ versions: { '1.0.0': {} } })
    expect((await registry.get('/b')).json()).toMatchObject({ code: 'REGISTRY_NOT_MIRRORED', reason: 'not-json' })
  })

  test('and what was held before is served in its place', async () => {
    await using rig = await startMirroring()
    const { clock, upstream, registry } = rig
    await registry.get('/a')
    upstream.misbehave('/a', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'))
    clock.now += 301_000

    expect((await registry.get('/a')).json()).toMatchObject({ versions: { '1.0.0': {} } })
  })
})

describe('a tarball is refused and never stored', () => {
  const cases: [what: string, reason: string, answer: Answer][] = [
    ['with other bytes', 'wrong-digest', (_, response) => response.end(randomBytes(300))],
    [
      'that is a page',
      'wrong-digest',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    ],
    ['that is cut', 'truncated', (_, response) => cut(response, 'abc')],
    ['that is too large', 'too-large', (_, response) => sendHead(response, { 'content-length': 2 ** 31 })],
    ['that upstream has lost', 'denied', (_, response) => response.writeHead(404).end()],
  ]
  test.each(cases)('%s', async (_what, reason, answer) => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    upstream.misbehave('/a/-/a-1.0.0.tgz', answer)
    await using registry = await startRegistry({ uplink: upstream.url })

    const refused = await registry.get('/a/-/a-1.0.0.tgz')

    expect(refused.status).toBe(503)
    expect(refused.json()).toMatchObject({ code: 'REGISTRY_NOT_MIRRORED', reason })
    expect((await filesOf(registry.data)).filter((file) => /tarballs|drafts/.test(file))).toEqual([])
  })

  test('of which no digest was published', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0', manifest: { dist: { tarball: `${upstream.url}/a/-/a-1.0.0.tgz` } } })
    await using registry = await startRegistry({ uplink: upstream.url })

    expect((await registry.get('/a/-/a-1.0.0.tgz')).json()).toMatchObject({ reason: 'wrong-digest' })
  })
})

describe('what is on the disk', () => {
  test('and has other bytes is fetched again', async () => {
    await using rig = await startMirroring()
    const { upstream, registry } = rig
    const { bytes } = await registry.get('/a/-/a-1.0.0.tgz')
    await registry.stop()
    const [file = ''] = (await filesOf(registry.data)).filter((each) => each.includes('tarballs'))
    await writeFile(join(registry.data, file), randomBytes(bytes.length))

    await using again = await startRegistry({ uplink: upstream.url, data: registry.data })

    expect((await again.get('/a/-/a-1.0.0.tgz')).bytes).toEqual(bytes)
  })

  test('and is a link is not followed, but replaced', async () => {
    await using upstream = await startUpstream()
    await using outside = await createFolder({ secret: 'of somebody else' })
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })
    const { bytes } = await registry.get('/a/-/a-1.0.0.tgz')
    await registry.stop()
    const [file = ''] = (await filesOf(registry.data)).filter((each) => each.includes('tarballs'))
    const path = join(registry.data, file)
    await rename(path, outside.join('moved'))
    await symlink(outside.join('secret'), path)

    await using again = await startRegistry({ uplink: upstream.url, data: registry.data })

    expect((await again.get('/a/-/a-1.0.0.tgz')).bytes).toEqual(bytes)
    await expect(readlink(path)).rejects.toThrow()
  })

  test('as a damaged packument is fetched again', async () => {
    await using rig = await startMirroring()
    const { upstream, registry } = rig
    await registry.get('/a')
    await registry.stop()
    const [file = ''] = (await filesOf(registry.data)).filter((each) => each.includes('documents'))
    await writeFile(join(registry.data, file), 'no zstd')

    await using again = await startRegistry({ uplink: upstream.url, data: registry.data })

    expect((await again.get('/a')).json()).toMatchObject({ versions: { '1.0.0': {} } })
  })
})

describe('a disk that is full', () => {
  const full: OpenDraft = async (path) => ({
    ...(await openDraft(path)),
    write: () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
  })

  test('is said, and nothing is left behind', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url, openDraft: full })

    expect((await registry.get('/a')).json()).toMatchObject({ code: 'REGISTRY_NOT_MIRRORED', reason: 'no-room' })
    expect(await filesOf(registry.data)).toEqual([])
  })

  test('takes nothing away from what is held', async () => {
    const clock = { now: Date.now() }
    const disk = { open: openDraft }
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    const open: OpenDraft = (path) => disk.open(path)
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now, openDraft: open })
    await registry.get('/a/-/a-1.0.0.tgz')
    disk.open = full
    upstream.publish('a', { version: '1.1.0' })
    clock.now += 301_000

    expect((await registry.get('/a')).json()).toMatchObject({ 'dist-tags': { latest: '1.0.0' } })
    expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
  })
})

describe('two processes over one folder', () => {
  test('fetch a package once, and see what the other has fetched', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using first = await startRegistry({ uplink: upstream.url })
    await first.get('/a')
    await using second = await startRegistry({ uplink: upstream.url, data: first.data })

    const answers = await Promise.all([second.get('/a/-/a-1.0.0.tgz'), first.get('/a/-/a-1.0.0.tgz')])

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect((await second.get('/a')).status).toBe(200)
    expect(upstream.asked).toEqual(['/a', '/a/-/a-1.0.0.tgz'])
  })

  test('show a change at once, whoever of them wrote it', async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    const now = (): number => clock.now
    await using first = await startRegistry({ uplink: upstream.url, now })
    await first.get('/a')
    await using second = await startRegistry({ uplink: upstream.url, data: first.data, now })
    await second.get('/a')
    upstream.publish('a', { version: '1.1.0' })
    clock.now += 301_000
    await first.get('/a')

    expect((await second.get('/a')).json()).toMatchObject({ 'dist-tags': { latest: '1.1.0' } })
  })

  test('lose nothing when the one that writes stops', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using first = await startRegistry({ uplink: upstream.url })
    await first.get('/a')
    await using second = await startRegistry({ uplink: upstream.url, data: first.data })
    await second.get('/a')
    await first.stop()

    expect((await second.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
  })
})

test('500 connections that say nothing hold nobody up', async () => {
  await using upstream = await startUpstream()
  upstream.publish('a', { version: '1.0.0' })
  await using registry = await startRegistry({ uplink: upstream.url })
  const { port } = new URL(registry.url)
  const idle = Array.from({ length: 500 }, () => connect(Number(port), '127.0.0.1'))
  await Promise.all(idle.map((socket) => once(socket, 'connect')))

  expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
  for (const socket of idle) socket.destroy()
})

test('a name of 10 kB is refused before anybody looks at it', async () => {
  await using registry = await startRegistry()

  expect((await registry.get(`/${'a'.repeat(10_240)}`)).status).toBe(414)
})

test('a registry that is its own uplink refuses to start', async () => {
  const config = { port: 4873, uplink: 'http://localhost:4873' }
  await expect(startRegistry({ config })).rejects.toMatchObject({ code: 'REGISTRY_UPLINK_INVALID' })
})

test('a registry whose uplink leads back to it answers itself no more than once', async () => {
  await using upstream = await startUpstream()
  await using registry = await startRegistry({ uplink: upstream.url })
  upstream.misbehave('*', (request, response) => {
    const headers = request.headers as Record<string, string>
    void fetch(`${registry.url}${request.url ?? ''}`, { headers }).then(async (answer) =>
      response.writeHead(answer.status).end(await answer.text()),
    )
  })

  expect((await registry.get('/a')).json()).toMatchObject({ code: 'REGISTRY_NOT_MIRRORED', reason: 'loop' })
})

type Response = Parameters<Answer>[1]

function sendText(response: Response, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(text)
}

function sendPacked(response: Response, bytes: Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bytes)
}

function sendHead(response: Response, headers: Record<string, number>): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers })
  response.write('{')
}

function cut(response: Response, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 })
  response.write(text, () => response.destroy())
}

/** Answers of a route so far. */
async function countOf(url: string, route: string): Promise<number> {
  const { requests } = (await (await fetch(`${url}/stats`)).json()) as {
    requests: { route: string; status: Record<string, number> }[]
  }
  return requests.find((each) => each.route === route)?.status['200'] ?? 0
}

/** Files of the mirror, below the data folder. */
async function filesOf(data: string): Promise<string[]> {
  const found = await readdir(join(data, 'mirror'), { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(data.length + 1))
}
