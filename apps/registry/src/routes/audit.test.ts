import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'
import { answerJson, startUpstream } from '../upstream.fixture.ts'

const BULK = '/-/npm/v1/security/advisories/bulk'
const QUICK = '/-/npm/v1/security/audits/quick'
const NONE: unknown[] = []

function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }
}

function packed(body: Buffer): RequestInit {
  return {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  }
}

describe('an audit', () => {
  test('is answered by upstream, which hears of no package of the company', async () => {
    await using upstream = await startUpstream()
    const heard: unknown[] = []
    const advisories = { fastify: [{ id: 1, title: 'a hole', severity: 'high', vulnerable_versions: '<2' }] }
    upstream.misbehave(BULK, answerJson(advisories, heard))
    await using registry = await startRegistry({ uplink: upstream.url })

    const sent = { fastify: ['1.0.0'], '@acme/billing': ['3.0.0'], '@ACME/Other': ['1.0.0'] }
    const answer = await registry.get(BULK, packed(gzipSync(JSON.stringify(sent))))

    expect(answer.json()).toEqual(advisories)
    expect(heard).toEqual([{ fastify: ['1.0.0'] }])
  })

  test.each([QUICK, '/-/npm/v1/security/audits'])(
    'of a whole tree at %s is without them at any depth, and without the name of the project',
    async (path) => {
      await using upstream = await startUpstream()
      const heard: unknown[] = []
      upstream.misbehave(path, answerJson({ actions: [], advisories: {} }, heard))
      await using registry = await startRegistry({ uplink: upstream.url })
      const leaf = { version: '1.0.0' }
      const tree = {
        name: 'secret-project',
        version: '1.0.0',
        install: ['@acme/billing', 'a'],
        requires: { a: '^1.0.0', '@acme/billing': '^3.0.0', b: 'npm:@acme/billing@3.0.0' },
        dependencies: {
          a: { version: '1.0.0', requires: { '@acme/billing': '^3.0.0' }, dependencies: { '@acme/billing': leaf } },
          '@acme/billing': leaf,
        },
      }

      await registry.get(path, post(tree))

      expect(heard).toEqual([
        {
          name: 'project',
          version: '1.0.0',
          install: ['a'],
          requires: { a: '^1.0.0' },
          dependencies: { a: { version: '1.0.0', requires: {}, dependencies: {} } },
        },
      ])
    },
  )

  test('carries nothing of its client but what was sent', async () => {
    await using upstream = await startUpstream()
    const headers: (string | undefined)[] = NONE.map(String)
    upstream.misbehave(BULK, (request, response) => {
      headers.push(request.headers.authorization, request.headers['user-agent'], request.headers.cookie)
      answerJson({})(request, response)
    })
    await using registry = await startRegistry({ uplink: upstream.url })

    await registry.get(BULK, post({ a: ['1.0.0'] }, { authorization: 'Bearer mochi_secret', 'user-agent': 'npm' }))

    expect(headers).toEqual([undefined, undefined, undefined])
  })

  test('while upstream is away is 503 and says so', async () => {
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url })
    await upstream.stop()

    const answer = await registry.get(BULK, post({ a: ['1.0.0'] }))

    expect(answer.status).toBe(503)
    expect(answer.json()).toMatchObject({ code: 'REGISTRY_UPSTREAM_AWAY', reason: 'unreachable' })
    expect(answer.json()['error']).toContain('comes from upstream')
  })

  test('that upstream no longer does keeps its status', async () => {
    await using upstream = await startUpstream()
    upstream.misbehave('*', (_request, response) => response.writeHead(410).end())
    await using registry = await startRegistry({ uplink: upstream.url })

    const answer = await registry.get(QUICK, post({ name: 'x' }))

    expect({ status: answer.status, body: answer.json() }).toMatchObject({
      status: 410,
      body: { code: 'REGISTRY_UPSTREAM_REFUSED' },
    })
  })

  test.each([
    ['a page', (body: string) => ({ type: 'text/html', body })],
    ['what is called JSON', (body: string) => ({ type: 'application/json', body })],
  ])('is not answered with %s', async (_what, made) => {
    await using upstream = await startUpstream()
    const { type, body } = made('<p>sign in')
    upstream.misbehave('*', (_request, response) => response.writeHead(200, { 'content-type': type }).end(body))
    await using registry = await startRegistry({ uplink: upstream.url })

    expect((await registry.get(BULK, post({}))).json()).toMatchObject({ reason: 'not-json' })
  })

  test('is not sent on to where upstream redirects it', async () => {
    await using upstream = await startUpstream()
    upstream.misbehave(BULK, (_request, response) => response.writeHead(307, { location: '/elsewhere' }).end())
    await using registry = await startRegistry({ uplink: upstream.url })

    expect((await registry.get(BULK, post({ a: ['1.0.0'] }))).json()).toMatchObject({ reason: 'redirect' })
    expect(upstream.asked).toEqual([BULK])
  })

  test('of a registry whose uplink leads back to it ends', async () => {
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url })
    upstream.misbehave('*', (request, response) => {
      const headers = { 'x-mochi-registry': String(request.headers['x-mochi-registry']) }
      void fetch(`${registry.url}${BULK}`, post({}, headers)).then((answer) => response.writeHead(answer.status).end())
    })

    expect((await registry.get(BULK, post({}))).json()).toMatchObject({ reason: 'loop' })
    expect(upstream.asked).toEqual([BULK])
  })
})

describe('what is sent in an audit is refused', () => {
  const deep = Buffer.from(`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`)
  const cases: [what: string, status: number, code: string, init: RequestInit][] = [
    ['that unpacks to too much', 413, 'REGISTRY_BODY_TOO_LARGE', packed(gzipSync(Buffer.alloc(2 ** 21 + 1, ' ')))],
    ['that is too large', 413, 'REGISTRY_BODY_TOO_LARGE', { method: 'POST', body: new Uint8Array(2 ** 21 + 1) }],
    ['that is no JSON', 400, 'REGISTRY_BODY_NO_JSON', { method: 'POST', body: '{' }],
    ['whose gzip is damaged', 400, 'REGISTRY_BODY_NO_JSON', packed(Buffer.from('no gzip'))],
    ['that is a list', 400, 'REGISTRY_BODY_NO_OBJECT', post([])],
    ['that is nested for ever', 400, 'REGISTRY_BODY_TOO_DEEP', packed(gzipSync(deep))],
    ['in an encoding of its own', 415, 'REGISTRY_BODY_ENCODED', post({}, { 'content-encoding': 'br' })],
  ]
  test.each(cases)('%s', async (_what, status, code, init) => {
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url })

    const answer = await registry.get(BULK, init)

    expect({ status: answer.status, code: answer.json()['code'] }).toEqual({ status, code })
    expect(upstream.asked).toEqual([])
  })
})
