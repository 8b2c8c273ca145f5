import { mkdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
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
  const { port } = new URL(company.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    `GET /@acme%2fa HTTP/1.1\r\nhost: packages.acme.example\r\nx-forwarded-proto: https\r\nx-forwarded-host: evil.example\r\nconnection: close\r\n\r\n`,
  )
  const chunks: string[] = []
  socket.setEncoding('utf8').on('data', (text: string) => chunks.push(text))
  await once(socket, 'close')

  expect(chunks.join('')).toContain('http://packages.acme.example/@acme/a/-/a-1.0.0.tgz')
  expect(chunks.join('')).not.toContain('evil.example')
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

test('a store that closes first ends what it has begun', async () => {
  await using company = await startCompany()
  await ask(company.url, '/@acme/none')
  const publishing = publish(company.url, '@acme/a', '1.0.0')
  await company.arrived.waitFor((method) => method === 'PUT')
  await company.close()

  expect((await publishing).status).toBe(201)
  expect((await ask(company.url, '/@acme/a')).status).toBe(503)
})
