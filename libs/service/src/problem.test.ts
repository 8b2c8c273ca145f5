import { defineErrors } from '@mochi/errors'
import { createInbox } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { problem, Type } from './index.ts'
import type { ServiceApp } from './index.ts'
import { toProblem } from './problem.ts'
import { createTestService } from './service.fixture.ts'

const errors = defineErrors({
  FOO_TAKEN: { summary: '', explain: '', message: (facts: { name: string }) => `The name ${facts.name} is taken.` },
})

async function answerTo(handler: () => unknown, lines = createInbox<string>()) {
  const { app } = createTestService({
    config: { logLevel: 'info' },
    logStream: { write: lines.push },
    routes: (routes) => {
      routes.get('/', () => handler())
    },
  })
  return app.inject({ url: '/', headers: { 'x-request-id': 'r1' } })
}

function throwing(error: unknown): () => never {
  return () => {
    throw error
  }
}

describe('what a route throws', () => {
  test('is a problem document with the code, the words and the members that it gives', async () => {
    const thrown = problem(409, 'NAME_TAKEN', {
      detail: 'foo is taken.',
      headers: { 'retry-after': '5' },
      members: { name: 'foo' },
    })
    const response = await answerTo(throwing(thrown))

    expect(response.statusCode).toBe(409)
    expect(response.headers).toMatchObject({ 'retry-after': '5', 'x-request-id': 'r1' })
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(response.json()).toEqual({
      ...{ title: 'Conflict', status: 409, code: 'NAME_TAKEN', detail: 'foo is taken.', name: 'foo', requestId: 'r1' },
    })
  })

  test('may be a coded error that the client is to see', async () => {
    const response = await answerTo(throwing(problem(409, errors.FOO_TAKEN({ name: 'foo' }))))

    expect(response.json()).toMatchObject({ status: 409, code: 'FOO_TAKEN', detail: 'The name foo is taken.' })
  })

  test('otherwise shows of a coded error only its code, and logs the rest', async () => {
    const lines = createInbox<string>()
    const response = await answerTo(throwing(errors.FOO_TAKEN({ name: 'foo' })), lines)

    expect(response.json()).toEqual({ title: 'Internal Server Error', status: 500, code: 'FOO_TAKEN', requestId: 'r1' })
    expect(await lines.waitFor((line) => line.includes('The name foo is taken.'))).toContain('"requestId":"r1"')
  })

  test('shows nothing of a bug, and logs it with the id of the request', async () => {
    const lines = createInbox<string>()
    const response = await answerTo(throwing(new TypeError('secret internals')), lines)

    expect(response.statusCode).toBe(500)
    expect(response.json()).toEqual({
      ...{ title: 'Internal Server Error', status: 500, code: 'INTERNAL_ERROR', requestId: 'r1' },
    })
    expect(await lines.waitFor((line) => line.includes('secret internals'))).toContain('"requestId":"r1"')
  })

  test.each([['a text'], [undefined], [null], [{ statusCode: 99 }], [{ statusCode: 503, message: 'internals' }]])(
    'is a fault of ours when it is %j',
    (thrown) => {
      expect(toProblem(thrown)).toMatchObject({ status: 500, code: 'INTERNAL_ERROR', options: {} })
    },
  )

  test('is the client’s when a plugin says so, without secrets', () => {
    const thrown = { statusCode: 418, message: 'Authorization: Bearer abcdef0123456789 is short' }

    expect(toProblem(thrown)).toMatchObject({ status: 418, code: 'HTTP_418' })
    expect(toProblem(thrown).options.detail).not.toContain('abcdef0123456789')
  })
})

describe('what does not fit a schema', () => {
  const routes = (app: ServiceApp) => {
    const body = Type.Object({ name: Type.String(), tags: Type.Array(Type.Integer()) })
    app.post('/things/:id', { schema: { body, params: Type.Object({ id: Type.Integer() }) } }, () => 'ok')
  }

  test.each([
    ['/things/x', { name: 'a', tags: [] }, { in: 'params', pointer: '/id', detail: 'must be integer' }],
    ['/things/1', { tags: [] }, { in: 'body', pointer: '/name', detail: 'is missing' }],
    ['/things/1', { name: 'a', tags: [1, 'x'] }, { in: 'body', pointer: '/tags/1', detail: 'must be integer' }],
  ])('%s with %j is pointed at', async (url, payload, fault) => {
    const response = await createTestService({ routes }).app.inject({ method: 'POST', url, payload })

    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'REQUEST_INVALID', errors: [fault] })
  })

  test('a key that a closed object does not know is refused, and not passed over', async () => {
    const closed = (app: ServiceApp) => {
      const body = Type.Object({ name: Type.Optional(Type.String()) }, { additionalProperties: false })
      app.post('/purge', { schema: { body } }, () => 'ok')
    }
    const payload = { nmae: 'a' }
    const response = await createTestService({ routes: closed }).app.inject({ method: 'POST', url: '/purge', payload })

    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ in: 'body', pointer: '/nmae' }] })
  })

  test.each([
    ['application/json', '{', 400, 'REQUEST_INVALID'],
    ['text/x', 'a', 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ])('a body of %s that is %j is refused with %i', async (type, payload, status, code) => {
    const { app } = createTestService({ routes })
    const headers = { 'content-type': type }
    const response = await app.inject({ method: 'POST', url: '/things/1', headers, payload })

    expect(response.statusCode).toBe(status)
    expect(response.json()).toMatchObject({ status, code })
  })
})

describe('a path', () => {
  const { app } = createTestService({
    routes: (routes) => {
      routes.get('/things/:id', () => 'a thing')
      routes.delete('/things/:id', () => 'gone')
    },
  })

  test('that nobody answers is 404', async () => {
    const response = await app.inject('/nothing?a=b')

    expect(response.statusCode).toBe(404)
    expect(response.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })

  test('without the method is 405, and says which it has', async () => {
    const response = await app.inject({ method: 'POST', url: '/things/1?a=b' })

    expect(response.statusCode).toBe(405)
    expect(response.headers.allow).toBe('DELETE, GET, HEAD')
    expect(response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
  })

  test('that cannot be decoded is 400', async () => {
    const response = await app.inject('/things/%E0%A4%A')

    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
  })
})
