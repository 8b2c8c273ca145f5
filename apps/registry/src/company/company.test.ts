import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { createClient } from '../client.fixture.ts'
import { startCompany } from './company.fixture.ts'
import { ask, publish } from './publish.fixture.ts'
import type { Stored } from './storage.ts'

test('a package that npm has published is installed by another who shows no token', async () => {
  await using company = await startCompany()
  await using pat = await createClient('npm', { url: company.url, token: 'publisher' })
  await using rea = await createClient('npm', { url: company.url })
  await pat.ok(['publish'], { cwd: await pat.package('@acme/first', '1.0.0') })

  const project = await rea.project({ '@acme/first': '^1.0.0' })
  await rea.ok(['install'], { cwd: project })

  expect(await readFile(join(project, 'node_modules/@acme/first/index.js'), 'utf8')).toContain('@acme/first@1.0.0')
  expect(company.lines).toEqual([])
})

test('why something was refused stands beside the status too, for clients that show no more', async () => {
  await using company = await startCompany()
  const headers = { authorization: 'Bearer reader', 'user-agent': 'got (https://example.com)' }
  const { statusText } = await fetch(`${company.url}/@acme%2fa`, { method: 'PUT', headers, body: '{}' })

  expect(statusText).toContain('reads and does not publish')
})

describe('who shows no token', () => {
  test('reads where that is allowed, and never publishes', async () => {
    await using company = await startCompany()

    expect((await ask(company.url, '/@acme/none')).status).toBe(404)
    expect((await ask(company.url, '/@acme%2fa', { body: {} })).status).toBe(401)
  })

  test('gets nothing elsewhere, and starts nothing', async () => {
    await using company = await startCompany({ anonymousRead: false })
    const answer = await ask(company.url, '/@acme/none')

    expect(answer).toMatchObject({ status: 401, body: { error: 'a token is needed: npm login' } })
    await expect(readFile(company.folder.join('company/checked'))).rejects.toThrow('ENOENT')
  })
})

test('tarballs are said to be where the client asks', async () => {
  await using company = await startCompany()
  await publish(company.url, '@acme/a', '1.0.0')
  const headers = [
    'host: packages.acme.example',
    'x-forwarded-proto: https',
    'x-forwarded-host: evil.example',
    'connection: close',
  ]
  const answer = await answerTo(company.url, `GET /@acme%2fa HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)

  expect(answer).toContain('http://packages.acme.example/@acme/a/-/a-1.0.0.tgz')
  expect(answer).not.toContain('evil.example')
})

describe('the body of one request is never taken for the request of another', () => {
  const next = '/-/package/@acme%2fa/dist-tags/next'
  const hidden = `DELETE ${next} HTTP/1.1\r\nx-rest: `
  const chunked = [
    'transfer-encoding: chunked\r\nconnection: close',
    `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
  ]
  const unsaid = [`content-length: ${hidden.length}\r\nconnection: content-length, close`, hidden]

  test.each([
    ['GET', 'in chunks', chunked],
    ['HEAD', 'in chunks', chunked],
    ['GET', 'whose length is for the next hop', unsaid],
    ['DELETE', 'in chunks', chunked],
    ['DELETE', 'whose length is for the next hop', unsaid],
  ])('%s with one %s', async (method, _what, [header = '', body = '']) => {
    await using company = await startCompany()
    await publish(company.url, '@acme/a', '1.0.0')
    await ask(company.url, next, { token: 'publisher', body: '1.0.0' })
    const path = method === 'DELETE' ? next : '/@acme%2fa'
    const head = `${method} ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer reader\r\n${header}\r\n\r\n`
    await answerTo(company.url, `${head}${body}`)
    const victim = await ask(company.url, '/@acme%2fa', { token: 'publisher' })

    expect(victim).toMatchObject({ status: 200, body: { 'dist-tags': { latest: '1.0.0', next: '1.0.0' } } })
  })
})

test('what a client says of itself to the thread is not believed', async () => {
  await using company = await startCompany({ anonymousRead: false })
  const admin = Buffer.from(JSON.stringify({ name: 'ada', group: 'admin' })).toString('base64url')
  const response = await fetch(`${company.url}/@acme/a`, {
    headers: { authorization: `Mochi ${'x'.repeat(43)} ${admin}` },
  })

  expect(response.status).toBe(401)
})

describe('a thread that has ended', () => {
  test('is started again by the next request, with all that was published', async () => {
    await using company = await startCompany()
    await publish(company.url, '@acme/a', '1.0.0')
    await company.threads.items[0]?.terminate()
    const { body } = await ask(company.url, '/@acme/a')

    expect(Object.keys((body as Stored).versions)).toEqual(['1.0.0'])
    expect(company.threads.items.length).toBe(2)
  })

  test('is one answer of 503 to each who waited for it', async () => {
    await using company = await startCompany()
    const waiting = [ask(company.url, '/@acme/a'), publish(company.url, '@acme/a', '1.0.0')]
    await company.arrived.waitForCount(2)
    await company.threads.items[0]?.terminate()
    const answers = await Promise.all(waiting)

    expect(answers.map(({ status }) => status)).toEqual([503, 503])
    expect(answers[0]?.body['error']).toContain('is away for the moment: try again')
  })

  test('that cannot start is not started by each of many requests', async () => {
    const clock = { now: 1_000_000 }
    await using company = await startCompany({ now: () => clock.now })
    await company.folder.write({ 'company/tombstones.json': 'no JSON' })
    const statuses: number[] = []
    for (let count = 0; count < 5; count += 1) statuses.push((await ask(company.url, '/@acme/a')).status)

    expect(statuses).toEqual([503, 503, 503, 503, 503])
    expect(company.threads.items.length).toBe(1)
    expect(company.lines.join()).toContain('tombstones.json')
    await company.folder.write({ 'company/tombstones.json': '{}' })
    clock.now += 1_000
    expect((await ask(company.url, '/@acme/a')).status).toBe(404)
  })
})

test('a publish that Verdaccio could not end is undone before anything else is answered', async () => {
  await using company = await startCompany()
  await publish(company.url, '@acme/a', '1.0.0')
  await mkdir(company.folder.join('company/storage/@acme/a/a-2.0.0.tgz'))
  const failed = await publish(company.url, '@acme/a', '2.0.0')
  await company.ended.waitForCount(1)

  expect(failed.status).toBe(409)
  expect((await publish(company.url, '@acme/a', '2.0.0')).status).toBe(201)
  expect(company.threads.items.length).toBe(2)
})

test('a client that leaves amid its upload leaves nothing', async () => {
  await using company = await startCompany()
  const { port } = new URL(company.url)
  const socket = connect(Number(port), '127.0.0.1')
  const head = ['PUT /@acme%2fa HTTP/1.1', 'host: x', 'authorization: Bearer publisher', 'content-length: 1000']
  socket.write(`${head.join('\r\n')}\r\n\r\n{"name":`)
  await company.arrived.waitForCount(1)
  socket.destroy()
  await publish(company.url, '@acme/b', '1.0.0')

  expect((await ask(company.url, '/@acme/a')).status).toBe(404)
  expect(company.lines.filter((line) => line.startsWith('error'))).toEqual([])
})

test('clients that have their answer and never end their bodies hold up nobody', async () => {
  await using company = await startCompany()
  await using clients = new AsyncDisposableStack()
  const head = ['host: x', 'authorization: Bearer reader', 'content-length: 9']
  for (let count = 0; count < 65; count += 1) {
    const socket = connect(Number(new URL(company.url).port), '127.0.0.1')
    clients.defer(() => void socket.destroy())
    socket.write(`DELETE /-/package/@acme%2fa/dist-tags/next HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`)
    await once(socket, 'data')
  }

  expect((await ask(company.url, '/@acme/a')).status).toBe(404)
})

test('a store that closes first ends what it has begun', async () => {
  await using company = await startCompany()
  await ask(company.url, '/@acme/none')
  const publishing = publish(company.url, '@acme/a', '1.0.0')
  await company.arrived.waitFor((method) => method === 'PUT')
  await company.close()

  expect((await publishing).status).toBe(201)
  expect((await ask(company.url, '/@acme/a')).status).toBe(503)
})

/** All that comes back for a request after which the connection is closed. */
async function answerTo(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const answered = text(socket)
  socket.write(bytes)
  return answered
}
