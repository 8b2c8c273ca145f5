import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startRegistry } from './registry.fixture.ts'
import { packTarball, packumentOf, sendJson, startUpstream } from './upstream.fixture.ts'

const HOUR = 3_600_000
const ABBREVIATED = { headers: { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8' } }

type Body = {
  'dist-tags': Record<string, string>
  versions: Record<string, { dist: { tarball: string } }>
  time: Record<string, string>
}

describe('a package', () => {
  test('comes with its tarball, whose address is the one that was asked', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })

    const body = (await registry.get('/a')).json() as Body
    const { tarball = '' } = body.versions['1.0.0']?.dist ?? {}
    const { bytes } = await registry.get(tarball.slice(registry.url.length))

    expect(tarball).toBe(`${registry.url}/a/-/a-1.0.0.tgz`)
    expect(bytes).toEqual(packTarball({ name: 'a', version: '1.0.0' }))
  })

  test('of another scope comes by both spellings of its name', async () => {
    await using upstream = await startUpstream()
    upstream.publish('@other/a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })

    expect((await registry.get('/@other%2fa')).json()).toEqual((await registry.get('/@other/a')).json())
    expect((await registry.get('/@other/a/-/a-1.0.0.tgz')).status).toBe(200)
  })

  test('is given in the short form to installers, with the times of its versions', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0', manifest: { readme: 'long', scripts: { install: 'node-gyp' } } })
    await using registry = await startRegistry({ uplink: upstream.url })

    const short = await registry.get('/a', ABBREVIATED)

    expect(short.headers.get('content-type')).toBe('application/vnd.npm.install-v1+json')
    expect(short.json()).toMatchObject({ time: { '1.0.0': '2020-01-01T00:00:00.000Z' } })
    expect(short.json()).toMatchObject({ versions: { '1.0.0': { hasInstallScript: true } } })
    expect(short.bytes.toString()).not.toContain('readme')
    expect((await registry.get('/a')).bytes.toString()).toContain('readme')
  })

  test('goes out as gzip or plain, as its client understands', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })

    for (const times of ['made', 'from memory']) {
      const plain = await registry.get('/a', { headers: { 'accept-encoding': 'identity' } })
      const packed = await registry.get('/a', { headers: { 'accept-encoding': 'gzip' } })
      expect(plain.headers.get('content-encoding'), times).toBeNull()
      expect(packed.headers.get('content-encoding'), times).toBe('gzip')
      expect(packed.bytes, times).toEqual(plain.bytes)
    }
  })

  test('is not sent again to a client that has it', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })
    const etag = (await registry.get('/a')).headers.get('etag') ?? ''

    const again = await registry.get('/a', { headers: { 'if-none-match': etag } })

    expect({ status: again.status, length: again.bytes.length }).toEqual({ status: 304, length: 0 })
  })

  test('is described to a HEAD without being sent', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })
    const { headers } = await registry.get('/a')

    const head = await registry.get('/a', { method: 'HEAD' })

    expect([head.status, head.bytes.length, head.headers.get('etag')]).toEqual([200, 0, headers.get('etag')])
  })

  test('whose tags move is seen to, where its versions stay as they are', async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    const versions = [{ version: '1.0.0' }, { version: '1.1.0' }]
    upstream.publish('a', ...versions)
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
    await registry.get('/a', ABBREVIATED)
    const moved = { ...packumentOf('a', versions, upstream.url), 'dist-tags': { latest: '1.0.0' } }
    upstream.misbehave('/a', (_request, response) => sendJson(response, moved))
    clock.now += 301_000

    expect((await registry.get('/a', ABBREVIATED)).json()).toMatchObject({ 'dist-tags': { latest: '1.0.0' } })
  })

  test('has single versions, by their number and by their tag', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' }, { version: '1.1.0' })
    await using registry = await startRegistry({ uplink: upstream.url })

    expect((await registry.get('/a/1.0.0')).json()).toMatchObject({ version: '1.0.0' })
    expect((await registry.get('/a/latest')).json()).toMatchObject({ version: '1.1.0' })
    expect((await registry.get('/a/9.9.9')).status).toBe(404)
  })

  test('has no tarball by a tag', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })
    const answer = await registry.get('/a/-/a-latest.tgz')

    expect([answer.status, answer.json()['code']]).toEqual([404, 'REGISTRY_NO_VERSION'])
  })

  test('that upstream does not have is 404, and a name that none can have too', async () => {
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url })

    expect((await registry.get('/nothing')).json()).toMatchObject({ code: 'REGISTRY_NO_PACKAGE' })
    expect((await registry.get('/..%2f..%2fetc')).status).toBe(404)
    expect(upstream.asked).toEqual(['/nothing'])
  })
})

describe('a tarball', () => {
  test('comes in parts, for clients that go on where they were', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })
    const whole = await registry.get('/a/-/a-1.0.0.tgz')

    const part = await registry.get('/a/-/a-1.0.0.tgz', { headers: { range: 'bytes=10-19' } })

    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${whole.bytes.length}`)
    expect(part.bytes).toEqual(whole.bytes.subarray(10, 20))
  })

  test('is not sent again to a client that has it, and has no body for HEAD', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })
    const { headers, bytes } = await registry.get('/a/-/a-1.0.0.tgz')

    const again = await registry.get('/a/-/a-1.0.0.tgz', { headers: { 'if-none-match': headers.get('etag') ?? '' } })
    const head = await registry.get('/a/-/a-1.0.0.tgz', { method: 'HEAD' })

    expect(again.status).toBe(304)
    expect({ length: head.headers.get('content-length'), bytes: head.bytes.length }).toEqual({
      length: String(bytes.length),
      bytes: 0,
    })
  })

  test('larger than what is kept in memory comes whole', async () => {
    await using upstream = await startUpstream()
    const tarball = Buffer.alloc(9_000_000, 'mochi')
    upstream.publish('a', { version: '1.0.0', tarball })
    await using registry = await startRegistry({ uplink: upstream.url })

    for (const times of [1, 2]) {
      const { bytes } = await registry.get('/a/-/a-1.0.0.tgz')
      expect(bytes.equals(tarball), String(times)).toBe(true)
    }
  })

  test('published with a SHA-1 alone is held to that', async () => {
    await using upstream = await startUpstream()
    upstream.publish('old', { version: '1.0.0' })
    upstream.misbehave('/old', (_request, response) => {
      const document = packumentOf('old', [{ version: '1.0.0' }], upstream.url) as {
        versions: Record<string, { dist: { integrity?: string } }>
      }
      delete document.versions['1.0.0']?.dist.integrity
      sendJson(response, document)
    })
    await using registry = await startRegistry({ uplink: upstream.url })

    expect((await registry.get('/old/-/old-1.0.0.tgz')).status).toBe(200)
    expect((await registry.get('/old/-/old-1.0.0.tgz')).status).toBe(200)
    expect(upstream.asked.filter((path) => path.endsWith('.tgz'))).toHaveLength(1)
  })
})

describe('upstream is asked', () => {
  test('once for all who want the same at the same time', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })

    await Promise.all(Array.from({ length: 20 }, () => registry.get('/a/-/a-1.0.0.tgz')))
    await Promise.all(Array.from({ length: 20 }, (_, index) => registry.get('/a', index % 2 === 0 ? {} : ABBREVIATED)))

    expect(upstream.asked).toEqual(['/a', '/a/-/a-1.0.0.tgz'])
  })

  test('again when what it said is no longer fresh, and a change is seen at once', async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
    await registry.get('/a')
    upstream.publish('a', { version: '1.1.0' })
    expect(Object.keys(((await registry.get('/a')).json() as Body).versions)).toEqual(['1.0.0'])

    clock.now += 301_000

    expect(Object.keys(((await registry.get('/a')).json() as Body).versions)).toEqual(['1.0.0', '1.1.0'])
  })

  test('for news alone: what it confirms is sent as it was, without being made again', async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
    const before = await registry.get('/a')
    clock.now += 301_000

    const after = await registry.get('/a', { headers: { 'if-none-match': before.headers.get('etag') ?? '' } })

    expect(after.status).toBe(304)
    expect(upstream.asked).toEqual(['/a', '/a'])
  })

  test('for nothing that it has been asked for before the registry was started anew', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using first = await startRegistry({ uplink: upstream.url })
    await first.get('/a/-/a-1.0.0.tgz')
    await first.stop()
    const asked = upstream.asked.length

    await using second = await startRegistry({ uplink: upstream.url, data: first.data })

    expect((await second.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
    expect(upstream.asked).toHaveLength(asked)
  })
})

describe('the policy', () => {
  test('hides a version that is younger than the cooldown, until it is not', async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' }, { version: '1.1.0', time: new Date(clock.now - HOUR).toISOString() })
    await using registry = await startRegistry({
      uplink: upstream.url,
      now: () => clock.now,
      config: { fresh: 86_400 },
    })

    const before = (await registry.get('/a')).json() as Body
    clock.now += 23 * HOUR + 1
    const after = (await registry.get('/a')).json() as Body

    expect([before['dist-tags'], Object.keys(before.versions)]).toEqual([{ latest: '1.0.0' }, ['1.0.0']])
    expect([after['dist-tags'], Object.keys(after.versions)]).toEqual([{ latest: '1.1.0' }, ['1.0.0', '1.1.0']])
  })

  test('refuses the tarball of a hidden version, and says when it is allowed and what to take', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' }, { version: '1.1.0', time: new Date(Date.now() - HOUR).toISOString() })
    await using registry = await startRegistry({ uplink: upstream.url })

    const refused = await registry.get('/a/-/a-1.1.0.tgz')

    expect(refused.status).toBe(403)
    expect(refused.json()).toMatchObject({ code: 'REGISTRY_VERSION_REFUSED', rule: 'cooldown', nearest: '1.0.0' })
    expect(upstream.asked).toEqual(['/a'])
  })

  test('refuses what has no time: it cannot be decided', async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0', time: null })
    await using registry = await startRegistry({ uplink: upstream.url })

    expect((await registry.get('/a')).json()).toMatchObject({ versions: {} })
    expect((await registry.get('/a/-/a-1.0.0.tgz')).json()).toMatchObject({ rule: 'undated' })
  })
})

test('a packument that came again as it was is not written again, also where upstream has no ETags', async () => {
  const clock = { now: Date.UTC(2026, 0, 1) }
  await using upstream = await startUpstream()
  const packument = packumentOf('a', [{ version: '1.0.0' }], upstream.url)
  upstream.misbehave('/a', (_request, response) => sendJson(response, packument))
  await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
  const known = async () =>
    JSON.parse(await readFile(join(registry.data, 'mirror/packages/a.json'), 'utf8')) as {
      fetched: number
      checked: number
    }
  await registry.get('/a')
  const before = await known()
  clock.now += 301_000
  await registry.get('/a')

  expect(await known()).toEqual({ ...before, checked: before.fetched + 301_000 })
})
