import { once } from 'node:events'
import { createInbox } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { ask, openRaw, parseRaw } from './raw.fixture.ts'
import { startTestService } from './service.fixture.ts'

const HEAD = 'GET / HTTP/1.1\r\nHost: localhost\r\n'

describe('a request', () => {
  test('with a body beyond the limit is 413, and a route may have another limit', async () => {
    await using service = await startTestService({
      limits: { body: 10 },
      routes: (app) => {
        app.post('/small', () => 'taken')
        app.post('/large', { bodyLimit: 100 }, () => 'taken')
      },
    })
    const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '"0123456789"' }

    const refused = await ask(`${service.url}/small`, options)
    expect(refused.status).toBe(413)
    expect(JSON.parse(refused.body)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
    expect((await ask(`${service.url}/large`, options)).status).toBe(200)
  })

  test('with a URL beyond the limit is 414', async () => {
    await using service = await startTestService({ limits: { url: 50 } })
    const refused = await ask(`${service.url}/${'a'.repeat(50)}`)

    expect(refused.status).toBe(414)
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'URL_TOO_LONG' })
    expect((await ask(`${service.url}/${'a'.repeat(49)}`)).status).toBe(404)
  })

  test('with more headers than the limit is 431', async () => {
    await using service = await startTestService({ limits: { headers: 10 } })
    const headers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-${at}`, '1']))

    const refused = await ask(service.url, { headers: headers(9) })
    expect(refused.status).toBe(431)
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'HEADERS_TOO_MANY' })
    expect((await ask(service.url, { headers: headers(8) })).status).toBe(404)
  })

  test('with longer headers than the limit is 431', async () => {
    await using service = await startTestService({ limits: { headerBytes: 1_000 } })
    const { all } = await openRaw(service.port, `${HEAD}X-Long: ${'a'.repeat(1_000)}\r\n\r\n`)

    const { line, document } = parseRaw(await all)
    expect(line).toBe('HTTP/1.1 431 Request Header Fields Too Large')
    expect(document).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE' })
  })

  test('that is no HTTP is 400', async () => {
    await using service = await startTestService()
    const { all } = await openRaw(service.port, 'EHLO there\r\n\r\n')

    expect(parseRaw(await all)).toMatchObject({
      line: 'HTTP/1.1 400 Bad Request',
      document: { code: 'REQUEST_MALFORMED' },
    })
  })

  test.each([
    ['headers', `${HEAD}X-Half: `],
    ['the body', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{'],
  ])('whose client stops in the middle of %s is 408, and the connection ends', async (_, half) => {
    await using service = await startTestService({
      limits: { headersTime: 50, requestTime: 100 },
      routes: (app) => {
        app.post('/', () => 'taken')
      },
    })
    const half50 = await Promise.all(Array.from({ length: 50 }, () => openRaw(service.port, half)))

    for (const { all } of half50) {
      expect(parseRaw(await all)).toMatchObject({
        line: 'HTTP/1.1 408 Request Timeout',
        document: { status: 408, code: 'REQUEST_TOO_SLOW' },
      })
    }
  })

  test('that the service has no answer to in time is 503, and what has begun to flow goes on', async () => {
    const refusals = createInbox<string>()
    await using service = await startTestService({
      limits: { answerTime: 50 },
      routes: (app) => {
        app.get('/never', () => new Promise(() => undefined))
        app.get('/slowly', (_request, reply) => {
          reply.raw.write('began')
          void refusals.waitForCount(1).then(() => reply.raw.end(' and ended'))
          reply.hijack()
        })
      },
    })
    const slowly = ask(`${service.url}/slowly`)
    const refused = await ask(`${service.url}/never`, { headers: { 'x-request-id': 'r1' } })

    expect(refused.status).toBe(503)
    expect(refused.headers.connection).toBe('close')
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'ANSWER_TOO_SLOW', requestId: 'r1' })
    refusals.push('refused')
    expect(await slowly).toMatchObject({ status: 200, body: 'began and ended' })
  })
})

describe('a connection', () => {
  test('beyond the limit is told so, and those within it are served', async () => {
    await using service = await startTestService({ limits: { connections: 4 } })
    const within = await Promise.all(Array.from({ length: 4 }, () => openRaw(service.port)))
    const beyond = await openRaw(service.port, `${HEAD}\r\n`)

    const { line, head, document } = parseRaw(await beyond.all)
    expect(line).toBe('HTTP/1.1 503 Service Unavailable')
    expect(head).toContain('retry-after: 1')
    expect(document).toMatchObject({ code: 'CONNECTIONS_TOO_MANY' })
    within[0]?.socket.end(`${HEAD}Connection: close\r\n\r\n`)
    expect(parseRaw((await within[0]?.all) ?? '').line).toBe('HTTP/1.1 404 Not Found')
  })

  test('far beyond the limit is closed without a word', async () => {
    await using service = await startTestService({ limits: { connections: 4 } })
    await Promise.all(Array.from({ length: 5 }, () => openRaw(service.port)))
    const dropped = await openRaw(service.port)

    expect(await dropped.all.catch(() => '')).toBe('')
  })

  test('that is idle is closed in the end', async () => {
    await using service = await startTestService({ limits: { keepAlive: 20, headersTime: 50 } })
    const { socket, all } = await openRaw(service.port, `${HEAD}\r\n`)

    expect(parseRaw(await all).line).toBe('HTTP/1.1 404 Not Found')
    if (!socket.closed) await once(socket, 'close')
  })
})
