import { describe, expect, test } from 'vitest'
import { Type } from './index.ts'
import { launchProgram } from './launched.fixture.ts'
import { ask } from './raw.fixture.ts'
import { createTestService, startTestService } from './service.fixture.ts'

const INTERNAL = ['/stats', '/-/log-level', '/openapi.json']
const COMMAND = [`${import.meta.dirname}/drain.fixture.ts`, 'graceful']

describe('a service with two sockets', () => {
  test('answers its routes at the public one, and what only the inside may ask at the other', async () => {
    await using launched = launchProgram(COMMAND, ['public', 'internal'])
    await launched.messages.waitForCount(1)
    const [open = '', inside = ''] = launched.urls
    const statuses = (url: string, paths: readonly string[]) =>
      Promise.all(paths.map(async (path) => (await ask(url + path)).status))

    expect(await statuses(open, ['/quick', '/health', ...INTERNAL])).toEqual([200, 200, 404, 404, 404])
    expect(await statuses(inside, ['/quick', '/health', ...INTERNAL])).toEqual([404, 200, 200, 200, 200])
    expect(JSON.parse((await ask(`${open}/health`)).body)).not.toHaveProperty('checks')
    expect(JSON.parse((await ask(`${inside}/health`)).body)).toHaveProperty('checks')
    expect(JSON.parse((await ask(`${inside}/stats`)).body)).toMatchObject({ connections: { internal: 1 } })
  })

  test('drains both together', async () => {
    await using launched = launchProgram(COMMAND, ['public', 'internal'])
    await launched.messages.waitForCount(1)
    launched.send({ type: 'drain', hasSuccessor: false })

    expect(await launched.ended).toBe(0)
  })
})

describe('a service with one socket', () => {
  test('answers the inside to this machine, on a laptop', async () => {
    await using service = await startTestService()

    for (const path of INTERNAL) expect((await ask(service.url + path)).status).toBe(200)
    expect(JSON.parse((await ask(`${service.url}/health?x=1`)).body)).toHaveProperty('checks')
  })

  test.each(['x-forwarded-for', 'forwarded'])(
    'does not answer it to whom a proxy with %s stands for',
    async (header) => {
      await using service = await startTestService()

      for (const path of INTERNAL)
        expect((await ask(service.url + path, { headers: { [header]: '192.0.2.1' } })).status).toBe(404)
    },
  )

  test.each(['dev', 'prod'] as const)(
    'answers it to nobody in %s, where a proxy may not say whom it stands for',
    async (flavor) => {
      await using service = await startTestService({ flavor })

      for (const path of INTERNAL) expect((await ask(service.url + path)).status).toBe(404)
      expect(JSON.parse((await ask(`${service.url}/health`)).body)).not.toHaveProperty('checks')
    },
  )

  test('leaves other paths that look like those of the inside to its routes', async () => {
    await using service = await startTestService({
      routes: (app) => {
        app.get('/-/ping', () => 'pong')
        app.get('/stats/of/something', () => 'its own')
      },
    })

    expect((await ask(`${service.url}/-/ping`)).body).toBe('pong')
    expect((await ask(`${service.url}/stats/of/something`)).body).toBe('its own')
  })
})

describe('/-/log-level', () => {
  test('changes what is logged from now on', async () => {
    const lines: string[] = []
    const service = createTestService({
      config: { logLevel: 'info' },
      logStream: { write: (line) => lines.push(line) },
      routes: (app) => {
        app.get('/', (request) => {
          request.log.debug('looked closely')
          return 'ok'
        })
      },
    })
    await service.app.inject('/')
    expect(lines).toEqual([])
    const response = await service.internal.inject({ method: 'PUT', url: '/-/log-level', payload: { level: 'debug' } })
    await service.app.inject({ url: '/', headers: { 'x-request-id': 'r1' } })

    expect(response.json()).toEqual({ level: 'debug' })
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { name: 'foo', level: 20, requestId: 'r1', msg: 'looked closely' },
    ])
  })

  test('refuses a level that there is not', async () => {
    const { internal } = createTestService()
    const response = await internal.inject({ method: 'PUT', url: '/-/log-level', payload: { level: 'loud' } })

    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ errors: [{ in: 'body', pointer: '/level' }] })
    expect((await internal.inject('/-/log-level')).json()).toEqual({ level: 'silent' })
  })
})

test('no line of the log holds a secret', async () => {
  const lines: string[] = []
  const { app } = createTestService({
    config: { logLevel: 'info' },
    logStream: { write: (line) => lines.push(line) },
  })
  app.log.info(
    { headers: { authorization: 'Bearer abcdef0123456789' } },
    'asks with npm_0123456789abcdefghijABCDEFGHIJ',
  )
  await app.ready()

  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toMatch(/abcdef0123456789|npm_0123/)
  expect(() => JSON.parse(lines[0] ?? '') as unknown).not.toThrow()
})

test('/openapi.json describes the routes by their schemas', async () => {
  const { internal } = createTestService({
    routes: (app) => {
      const schema = {
        params: Type.Object({ id: Type.Integer() }),
        response: { 200: Type.Object({ name: Type.String() }) },
      }
      app.get('/things/:id', { schema }, () => ({ name: 'a' }))
    },
  })
  const document = (await internal.inject('/openapi.json')).json<{ paths: Record<string, unknown> }>()

  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'foo', version: '1.2.3' } })
  expect(document.paths['/things/{id}']).toMatchObject({
    get: {
      parameters: [{ in: 'path', name: 'id', required: true, schema: { type: 'integer' } }],
      responses: { 200: { content: { 'application/json': { schema: { properties: { name: { type: 'string' } } } } } } },
    },
  })
})

test('/stats counts answers by route and status, never by what clients write', async () => {
  const service = createTestService({
    routes: (app) => {
      app.get('/things/:id', (_request, reply) => reply.code(202).send('a thing'))
    },
  })
  for (const id of [1, 2, 3]) await service.app.inject(`/things/${id}`)
  await service.app.inject('/nothing/1')
  await service.app.inject('/nothing/2')
  const stats = (await service.internal.inject('/stats')).json<Record<string, unknown>>()

  expect(stats).toMatchObject({
    ...{ name: 'foo', version: '1.2.3', node: process.version, pid: process.pid },
    requests: [{ method: 'GET', route: '/things/:id', status: { 202: 3 } }],
    unrouted: { 404: 2 },
    memory: { rss: expect.any(Number) },
    cpu: { user: expect.any(Number) },
  })
  expect(stats).not.toHaveProperty('revision')
})

test('/stats counts what a client got, at its route, also when the request was refused there', async () => {
  await using service = await startTestService({
    routes: (app) => {
      app.get('/things/:id', () => 'a thing')
    },
  })
  await ask(`${service.url}/things/1`)
  await ask(`${service.url}/things/2`, { headers: { host: 'evil.example' } })
  await ask(`${service.url}/things/3`, { method: 'HEAD' })

  expect(JSON.parse((await ask(`${service.url}/stats`)).body)).toMatchObject({
    requests: [
      { method: 'GET', route: '/things/:id', status: { 200: 1, 421: 1 } },
      { method: 'HEAD', route: '/things/:id', status: { 200: 1 } },
    ],
  })
})

test('every answer has the id of its request', async () => {
  const { app } = createTestService()

  expect((await app.inject({ url: '/health', headers: { 'x-request-id': 'r1' } })).headers['x-request-id']).toBe('r1')
  expect(
    (await app.inject({ url: '/nothing', headers: { 'x-request-id': 'bad id' } })).headers['x-request-id'],
  ).toMatch(/^[0-9a-f]{16}-1$/)
})
