import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { createInbox } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { HOUR, startLocal } from './company.fixture.ts'
import type { LocalServer } from './company.fixture.ts'
import { ask, distOf, publish, publishBody } from './publish.fixture.ts'
import type { Answer, Sending } from './publish.fixture.ts'
import type { Stored } from './storage.ts'

async function packument({ url }: { url: string }, name: string): Promise<Stored> {
  return (await ask(url, `/${name}`, { token: 'reader' })).body as Stored
}

function without(entries: object, key: string): object {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => name !== key))
}

function said({ body }: Answer): string {
  return String(body['error'])
}

/** A change that says how long its body is, and sends no more until it is let go. Resolves when its head has been read. */
async function begin({ url }: { url: string }, change: string, length: number): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined)
  const type = 'content-type: application/json'
  const head = ['authorization: Bearer publisher', type, `content-length: ${length}`, 'expect: 100-continue']
  socket.write(`${change} HTTP/1.1\r\nhost: x\r\n${head.join('\r\n')}\r\n\r\n`)
  await once(socket, 'data')
  return socket
}

describe('a publish', () => {
  test('is there with its bytes, its time and its tag', async () => {
    await using server = await startLocal()
    const { status } = await publish(server.url, '@acme/a', '1.0.0')
    const { versions, time, 'dist-tags': tags } = await packument(server, '@acme/a')

    expect(status).toBe(201)
    expect(tags).toEqual({ latest: '1.0.0' })
    expect(time?.['1.0.0']).toMatch(/^20/)
    expect(versions['1.0.0']?.dist.tarball).toBe(`${server.url}/@acme/a/-/a-1.0.0.tgz`)
    expect((await ask(server.url, '/@acme/a/-/a-1.0.0.tgz', { token: 'reader' })).text).toBe('@acme/a@1.0.0')
  })

  test('names who published it, whatever its manifest says', async () => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0', { manifest: { _npmUser: { name: 'ada' } } })

    expect((await packument(server, '@acme/a')).versions['1.0.0']).toMatchObject({ _npmUser: { name: 'pat' } })
  })

  test('of a version that is there changes nothing, whoever sends it', async () => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')
    const again = await publish(server.url, '@acme/a', '1.0.0', { bytes: 'other', token: 'admin' })

    expect(again.status).toBe(409)
    expect(said(again)).toBe('@acme/a@1.0.0 is published already, and a version never changes')
    expect((await ask(server.url, '/@acme/a/-/a-1.0.0.tgz', { token: 'reader' })).text).toBe('@acme/a@1.0.0')
  })

  test('by many at once is won by one, whose bytes are there', async () => {
    await using server = await startLocal()
    const names = ['one', 'two', 'three', 'four', 'five', 'six']
    const answers = await Promise.all(names.map((bytes) => publish(server.url, '@acme/a', '1.0.0', { bytes })))
    const winner = names[answers.findIndex(({ status }) => status === 201)]

    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409, 409])
    expect((await ask(server.url, '/@acme/a/-/a-1.0.0.tgz', { token: 'reader' })).text).toBe(winner)
    expect((await packument(server, '@acme/a')).versions['1.0.0']?.dist).toMatchObject({
      integrity: distOf(winner ?? '', '').integrity,
    })
  })

  test('of many versions at once loses none', async () => {
    await using server = await startLocal()
    const versions = Array.from({ length: 10 }, (_, index) => `1.${index}.0`)
    const answers = await Promise.all(versions.map((version) => publish(server.url, '@acme/a', version)))

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(Object.keys((await packument(server, '@acme/a')).versions).toSorted()).toEqual(versions)
  })

  test('is seen as a whole or not at all', async () => {
    await using server = await startLocal()
    const publishing = publish(server.url, '@acme/a', '1.0.0')
    const seen: Answer[] = []
    while (seen.every(({ status }) => status === 404)) seen.push(await ask(server.url, '/@acme/a', { token: 'reader' }))

    expect(seen.at(-1)?.body).toMatchObject({ 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': {} } })
    await publishing
  })

  test.each<[string, string, number, RegExp]>([
    ['of another scope', '@elsewhere/a', 403, /only packages of @acme, @other/],
    ['without a scope', 'left', 403, /only packages of @acme, @other/],
    ['in upper case', '@acme/A', 403, /in lower case/],
    ['whose folder would be another', '@acme/a.', 403, /only packages of/],
    ['that is a device on some systems', '@acme/con', 403, /only packages of/],
  ])('%s is refused', async (_what, name, status, words) => {
    await using server = await startLocal()
    const answer = await publish(server.url, name, '1.0.0')

    expect(answer.status).toBe(status)
    expect(said(answer)).toMatch(words)
  })

  test.each<[string, Sending, RegExp]>([
    ['has other bytes than it says', { manifest: { dist: distOf('others', 'a-1.0.0.tgz') } }, /dist.integrity is/],
    ['has no digest', { manifest: { dist: { tarball: 'http://x/a-1.0.0.tgz' } } }, /dist.integrity is nothing/],
    [
      'has another shasum',
      { manifest: { dist: { ...distOf('@acme/a@1.0.0', 'a-1.0.0.tgz'), shasum: 'x' } } },
      /shasum/,
    ],
    ['has another address', { manifest: { dist: distOf('@acme/a@1.0.0', 'b-1.0.0.tgz') } }, /dist.tarball/],
    ['has a manifest of another package', { manifest: { name: '@acme/b' } }, /the manifest is of "@acme\/b"/],
    ['has a manifest of another version', { manifest: { version: '2.0.0' } }, /the manifest is of/],
    ['is of another package', { rest: { name: '@acme/b' } }, /the body is of "@acme\/b"/],
    ['has no version', { rest: { versions: {} } }, /exactly one version/],
    ['has a version that is none', { rest: { versions: { __proto__x: {} } } }, /is no version/],
    ['has two attachments', { rest: { _attachments: { a: {}, b: {} } } }, /exactly one attachment/],
    ['has an attachment of another name', { rest: { _attachments: { 'b-1.0.0.tgz': {} } } }, /is to be called/],
    ['has an attachment without data', { rest: { _attachments: { 'a-1.0.0.tgz': {} } } }, /no data/],
    ['has an empty tarball', { bytes: '' }, /empty/],
    ['has a tag that is a range', { tags: { '1.x': '1.0.0' } }, /dist-tags/],
    ['has a tag for another version', { tags: { latest: '0.9.0' } }, /dist-tags/],
  ])('that %s is refused, and leaves nothing', async (_what, sending, words) => {
    await using server = await startLocal()
    const answer = await publish(server.url, '@acme/a', '1.0.0', sending)

    expect(answer.status).toBe(400)
    expect(said(answer)).toMatch(words)
    expect((await ask(server.url, '/@acme/a', { token: 'reader' })).status).toBe(404)
    expect(await readdir(server.folder.join('storage'))).toEqual(['.verdaccio-db.json'])
  })

  test('that is larger than the limit is refused with its limit, and so is one that does not say how large it is', async () => {
    await using server = await startLocal({ rules: { bodyLimit: 1_000 } })
    const body = JSON.stringify(publishBody('@acme/a', '1.0.0', { bytes: 'x'.repeat(1_000) }))
    const headers = { authorization: 'Bearer publisher', 'content-type': 'application/json' }
    const streamed = new Blob([body]).stream()
    const put = (init: RequestInit) => fetch(`${server.url}/@acme%2fa`, { method: 'PUT', headers, ...init })
    const answers = [await put({ body }), await put({ body: streamed, duplex: 'half' })]

    expect(answers.map(({ status }) => status)).toEqual([413, 413])
    expect(await answers[0]?.json()).toMatchObject({ error: expect.stringContaining('at most 1000 bytes') })
  })

  test('for which others leave no memory is refused for the moment, and taken when one of them has ended', async () => {
    await using server = await startLocal({ rules: { bodyLimit: 10_000 } })
    const others = await Promise.all([10_000, 9_999].map((length) => begin(server, 'PUT /@acme%2fb', length)))
    const refused = await publish(server.url, '@acme/a', '1.0.0')

    expect(refused.status).toBe(503)
    expect(said(refused)).toContain('other publishes take all the memory that there is for them')
    expect((await ask(server.url, '/@acme/a', { token: 'reader' })).status).toBe(404)
    others[0]?.destroy()
    await expect.poll(async () => (await publish(server.url, '@acme/a', '1.0.0')).status).toBe(201)
    others[1]?.destroy()
  })

  test.each([
    ['no JSON', {}, '{"name":', 400],
    ['compressed', { 'content-encoding': 'gzip' }, 'x', 415],
  ])('that is %s is refused', async (_what, headers, body, status) => {
    await using server = await startLocal()
    const all = { authorization: 'Bearer publisher', 'content-type': 'application/json', ...headers }
    const { status: found } = await fetch(`${server.url}/@acme%2fa`, { method: 'PUT', headers: all, body })

    expect(found).toBe(status)
  })
})

describe('a token', () => {
  test('that reads does not publish, and one of a scope publishes there only', async () => {
    await using server = await startLocal()
    const [read, elsewhere, own] = [
      await publish(server.url, '@acme/a', '1.0.0', { token: 'reader' }),
      await publish(server.url, '@acme/a', '1.0.0', { token: 'other' }),
      await publish(server.url, '@other/a', '1.0.0', { token: 'other' }),
    ]

    expect([read.status, elsewhere.status, own.status]).toEqual([403, 403, 201])
    expect(said(read)).toContain('reads and does not publish')
    expect(said(elsewhere)).toContain('publishes @other/… only')
  })

  test('that is not known gets nothing at all', async () => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')

    for (const path of ['/@acme/a', '/', '/-/v1/search?text=a', '/-/web/detail/@acme/a']) {
      expect((await ask(server.url, path)).status).toBe(401)
    }
  })
})

describe('a packument without a tarball', () => {
  test('changes words of deprecation', async () => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')
    const stored = await packument(server, '@acme/a')
    const [version] = Object.values(stored.versions)
    const deprecate = async (deprecated: string) => {
      const now = await packument(server, '@acme/a')
      return ask(server.url, '/@acme%2fa', {
        token: 'publisher',
        body: { ...now, versions: { '1.0.0': { ...version, deprecated } } },
      })
    }

    expect((await deprecate('use b')).status).toBe(201)
    expect((await packument(server, '@acme/a')).versions['1.0.0']?.deprecated).toBe('use b')
    await deprecate('')
    expect((await packument(server, '@acme/a')).versions['1.0.0']).not.toHaveProperty('deprecated')
  })

  test.each<[string, (stored: Stored) => object, number]>([
    [
      'another digest',
      ({ versions: { '1.0.0': v } }) => ({ versions: { '1.0.0': { ...v, dist: distOf('x', 'a-1.0.0.tgz') } } }),
      403,
    ],
    ['a version that is not there', ({ versions }) => ({ versions: { ...versions, '9.0.0': versions['1.0.0'] } }), 403],
    ['a tag on nothing', () => ({ 'dist-tags': { latest: '9.0.0' } }), 400],
    ['another name', () => ({ name: '@acme/b' }), 400],
    ['no versions', () => ({ versions: null }), 400],
    ['an older revision', () => ({ _rev: '1-0' }), 409],
  ])('with %s is refused', async (_what, change, status) => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')
    const before = await packument(server, '@acme/a')
    const answer = await ask(server.url, '/@acme%2fa', { token: 'admin', body: { ...before, ...change(before) } })

    expect(answer.status).toBe(status)
    expect(await packument(server, '@acme/a')).toEqual(before)
  })

  test('that was read before somebody else published does not remove what is new', async () => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')
    const old = without(await packument(server, '@acme/a'), '_rev')
    await publish(server.url, '@acme/a', '2.0.0')
    const answer = await ask(server.url, '/@acme%2fa', {
      token: 'publisher',
      body: { ...old, 'dist-tags': { latest: '2.0.0' } },
    })

    expect(answer.status).toBe(201)
    expect(Object.keys((await packument(server, '@acme/a')).versions)).toEqual(['1.0.0', '2.0.0'])
  })

  test('makes no package', async () => {
    await using server = await startLocal()
    const body = { name: '@acme/a', versions: {}, 'dist-tags': {} }

    expect((await ask(server.url, '/@acme%2fa', { token: 'publisher', body })).status).toBe(404)
    expect(await readdir(server.folder.join('storage'))).toEqual(['.verdaccio-db.json'])
  })
})

describe('a version that is removed', () => {
  const remove = async (server: LocalServer, version: string, token = 'publisher') => {
    const { _rev = '', ...stored } = await packument(server, '@acme/a')
    const versions = without(stored.versions, version)
    const [latest = ''] = Object.keys(versions)
    return ask(server.url, `/@acme%2fa/-rev/${_rev}`, { token, body: { ...stored, versions, 'dist-tags': { latest } } })
  }
  const removeTarball = async (server: LocalServer, version: string) => {
    const { _rev = '' } = await packument(server, '@acme/a')
    return ask(server.url, `/@acme/a/-/a-${version}.tgz/-rev/${_rev}`, { token: 'publisher', method: 'DELETE' })
  }

  test('is gone with its tarball, and its number is never used again, after a start too', async () => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')
    await publish(server.url, '@acme/a', '2.0.0')

    expect((await removeTarball(server, '2.0.0')).status).toBe(403)
    expect((await remove(server, '2.0.0')).status).toBe(201)
    expect((await removeTarball(server, '2.0.0')).status).toBe(201)
    expect((await ask(server.url, '/@acme/a/-/a-2.0.0.tgz', { token: 'reader' })).status).toBe(404)
    expect((await packument(server, '@acme/a'))['dist-tags']).toEqual({ latest: '1.0.0' })
    expect(said(await publish(server.url, '@acme/a', '2.0.0', { token: 'admin' }))).toContain(
      'its number is not used again',
    )
    await using next = await startLocal({ path: server.folder.path })
    expect((await publish(next.url, '@acme/a', '2.0.0')).status).toBe(409)
  })

  test('long after its publication is removed by an administrator only', async () => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')
    await publish(server.url, '@acme/a', '2.0.0')
    server.clock.now += 73 * HOUR
    const late = await remove(server, '2.0.0')

    expect(late.status).toBe(403)
    expect(said(late)).toContain(
      '@acme/a@2.0.0 was published more than 72 hours ago: deprecate it, or ask an administrator',
    )
    expect((await remove(server, '2.0.0', 'admin')).status).toBe(201)
  })

  test('with all others leaves their numbers used', async () => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')
    const { _rev = '' } = await packument(server, '@acme/a')
    const all = (revision: string) =>
      ask(server.url, `/@acme%2fa/-rev/${revision}`, { token: 'publisher', method: 'DELETE' })

    expect((await all('1-0')).status).toBe(409)
    expect((await all(_rev)).status).toBe(201)
    expect((await ask(server.url, '/@acme/a', { token: 'reader' })).status).toBe(404)
    expect((await publish(server.url, '@acme/a', '1.0.0')).status).toBe(409)
    expect((await publish(server.url, '@acme/a', '1.0.1')).status).toBe(201)
  })
})

describe('a dist-tag', () => {
  test('is set and removed', async () => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')
    const path = '/-/package/@acme%2fa/dist-tags/next'

    expect((await ask(server.url, path, { token: 'publisher', body: '1.0.0' })).status).toBe(201)
    expect((await ask(server.url, '/-/package/@acme%2fa/dist-tags', { token: 'reader' })).body).toEqual({
      latest: '1.0.0',
      next: '1.0.0',
    })
    expect((await ask(server.url, path, { token: 'publisher', method: 'DELETE' })).status).toBe(201)
    expect((await packument(server, '@acme/a'))['dist-tags']).toEqual({ latest: '1.0.0' })
  })

  test.each([
    ['next', '2.0.0', 'publisher', 404],
    ['1.x', '1.0.0', 'publisher', 400],
    ['__proto__', '1.0.0', 'publisher', 400],
    ['next', '1.0.0', 'reader', 403],
  ])('%s on %s by a %s is refused', async (tag, version, token, status) => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')

    expect((await ask(server.url, `/-/package/@acme%2fa/dist-tags/${tag}`, { token, body: version })).status).toBe(
      status,
    )
    expect((await packument(server, '@acme/a'))['dist-tags']).toEqual({ latest: '1.0.0' })
  })
})

test.each([
  ['PUT', '/@acme%2fa/latest'],
  ['PUT', '/@acme/a/-/a-1.0.0.tgz/x'],
  ['PUT', '/@acme%2fa/1.0.0/-tag/x'],
  ['PUT', '/-/package/@acme%2fa/dist-tags'],
  ['PUT', '/-/user/org.couchdb.user:ann'],
  ['POST', '/-/verdaccio/sec/login'],
  ['DELETE', '/@acme%2fa'],
  ['DELETE', '/@acme/a/-/a-1.0.0.tgz'],
  ['GET', '/-/all'],
  ['GET', '/-/static/%2e%2e%2fpackage.json'],
  ['GET', '/-/package/@acme%2f..%2f..%2fb/dist-tags'],
  ['GET', '/-/package/@acme%2f%E0%A4/dist-tags'],
])('%s %s is nothing that is to be had', async (method, path) => {
  await using server = await startLocal()
  const body = method === 'PUT' || method === 'POST' ? '1.0.0' : undefined

  expect((await ask(server.url, path, { token: 'admin', method, body })).status).toBe(405)
})

describe('a removal', () => {
  const next = '/-/package/@acme%2fa/dist-tags/next'
  const remove = { token: 'publisher', method: 'DELETE' }

  test('whose client leaves before its turn is not done, and holds up nobody', async () => {
    const begun = createInbox<() => void>()
    await using server = await startLocal({
      before: (verdaccio) => (request, response) => {
        if (request.method === 'DELETE') begun.push(() => verdaccio(request, response))
        else verdaccio(request, response)
      },
    })
    await publish(server.url, '@acme/a', '1.0.0')
    const first = ask(server.url, next, remove)
    await begun.waitForCount(1)
    const second = await begin(server, 'DELETE /-/package/@acme%2fa/dist-tags/latest', 10)
    await once(second.end(), 'close')
    begun.items[0]?.()
    await first

    expect((await packument(server, '@acme/a'))['dist-tags']).toEqual({ latest: '1.0.0' })
    expect(begun.items.length).toBe(1)
  })

  test('whose body does not come holds up nobody', async () => {
    await using server = await startLocal()
    await publish(server.url, '@acme/a', '1.0.0')
    await begin(server, `DELETE ${next}`, 10)

    expect((await publish(server.url, '@acme/a', '2.0.0')).status).toBe(201)
  })

  test('that Verdaccio does not end ends the thread', async () => {
    await using server = await startLocal({
      before: (verdaccio) => (request, response) => {
        if (request.method !== 'DELETE') verdaccio(request, response)
      },
      patience: 1,
    })
    const { url, lines } = server
    await server.folder.write({ 'storage/@acme/a/package.json': JSON.stringify(publishBody('@acme/a', '1.0.0')) })
    await begin(server, `DELETE ${next}`, 0)

    await expect.poll(() => lines).toEqual(['fault'])
    expect((await ask(url, '/@acme/a', { token: 'reader' })).status).toBe(200)
  })
})

test('the search and the pages know what is published', async () => {
  await using server = await startLocal()
  await publish(server.url, '@acme/findme', '1.0.0', { manifest: { description: 'to be found' } })
  await publish(server.url, '@acme/other', '1.0.0', { manifest: { keywords: ['Found'] } })
  const search = await ask(server.url, '/-/v1/search?text=findme', { token: 'reader' })
  const page = await ask(server.url, '/-/web/detail/@acme/findme', { token: 'reader' })

  const find = async (query: string) => {
    const { objects, total } = (await ask(server.url, `/-/v1/search?${query}`, { token: 'reader' })).body
    return [(objects as { package: { name: string } }[]).map(({ package: { name } }) => name), total]
  }

  expect(search.body).toMatchObject({
    objects: [{ package: { name: '@acme/findme', version: '1.0.0', publisher: { username: 'pat' } } }],
  })
  expect(await find('text=found')).toEqual([['@acme/findme', '@acme/other'], 2])
  expect(await find('text=keywords:found+other')).toEqual([['@acme/other'], 1])
  expect(await find('text=found&size=1&from=1')).toEqual([['@acme/other'], 2])
  expect(await find('text=nothing&size=x')).toEqual([[], 0])
  expect(page.text).toContain('<title>')
  expect(await readFile(server.folder.join('storage/.verdaccio-db.json'), 'utf8')).toContain('@acme/findme')
})
