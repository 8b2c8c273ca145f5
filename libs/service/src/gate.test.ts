import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { ServiceApp } from './index.ts'
import { ask, openRaw, parseRaw } from './raw.fixture.ts'
import { startTestService } from './service.fixture.ts'

const routes = (app: ServiceApp) => {
  app.get('/', () => 'here')
  app.post('/', () => 'changed')
}

describe('a request', () => {
  test('for another name is 421: that name was pointed at this machine', async () => {
    await using service = await startTestService({ routes, config: { hosts: ['*.example.com'] } })
    const refused = await ask(service.url, { headers: { host: 'evil.example' } })

    expect(refused.status).toBe(421)
    expect(JSON.parse(refused.body)).toMatchObject({ status: 421, code: 'HOST_UNKNOWN' })
    expect((await ask(service.url, { headers: { host: 'foo.example.com' } })).body).toBe('here')
    expect((await ask(service.url)).body).toBe('here')
  })

  test('for another name is refused where nothing is, too', async () => {
    await using service = await startTestService({ routes })

    expect((await ask(`${service.url}/nothing`, { headers: { host: 'evil.example' } })).status).toBe(421)
    expect((await ask(`${service.url}/stats`, { headers: { host: 'evil.example' } })).status).toBe(421)
  })

  test('that changes something for the page of another site is 403', async () => {
    await using service = await startTestService({ routes })
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const refused = await ask(service.url, { method: 'POST', headers })

    expect(refused.status).toBe(403)
    expect(JSON.parse(refused.body)).toMatchObject({ status: 403, code: 'CROSS_SITE' })
    expect((await ask(service.url, { headers })).body).toBe('here')
    expect((await ask(service.url, { method: 'POST' })).body).toBe('changed')
  })

  test('without a Host is answered as HTTP/1.0 has it, and refused as HTTP/1.1 has it', async () => {
    await using service = await startTestService({ routes })
    const old = await openRaw(service.port, 'GET / HTTP/1.0\r\n\r\n')
    const bad = await openRaw(service.port, 'GET / HTTP/1.1\r\n\r\n')

    expect(await old.all).toMatch(/^HTTP\/1\.1 200 .*here$/s)
    expect((await bad.all).split('\r\n', 1)).toEqual(['HTTP/1.1 400 Bad Request'])
  })
})

describe('a web socket', () => {
  const upgrade = (headers: string) =>
    `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`

  test.each([
    ['Origin: https://evil.example\r\n', 'HTTP/1.1 403 Forbidden'],
    ['Sec-Fetch-Site: cross-site\r\n', 'HTTP/1.1 403 Forbidden'],
    ['', 'HTTP/1.1 101 Switching Protocols'],
    ['Origin: http://localhost\r\n', 'HTTP/1.1 101 Switching Protocols'],
  ])('opened with %j is answered %s', async (headers, line) => {
    await using service = await startTestService({ routes })
    service.service.app.server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
    })
    const { all, socket } = await openRaw(service.port, upgrade(headers))
    const [first] = (await once(socket, 'data')) as [Buffer]

    expect(parseRaw(String(first)).line).toBe(line)
    socket.end()
    await all
  })

  test('is an ordinary request where nobody speaks another protocol', async () => {
    await using service = await startTestService({ routes })
    const { all, socket } = await openRaw(service.port, upgrade(''))
    socket.end()

    expect((await all).split('\r\n', 1)).toEqual(['HTTP/1.1 200 OK'])
  })
})
