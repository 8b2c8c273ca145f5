import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { listenOnFreePort, startProcess } from '@mochi/testing'
import type { TestProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createDrain } from './drain.ts'

const FIXTURE = `${import.meta.dirname}/drain.fixture.ts`
const CLIENTS = 20

describe('SIGTERM', { timeout: 60_000 }, () => {
  test('lets requests in flight finish, says that the connection ends, and exits with 0', async () => {
    await using server = start('graceful')
    const url = await urlOf(server)
    const slow = request(`${url}/slow`)
    await server.waitFor('slow came in')
    server.kill('SIGTERM')
    await server.waitFor('stops: SIGTERM')
    server.kill('SIGUSR2')

    expect(await slow).toEqual({ body: 'slow', connection: 'close' })
    expect(await server.ended).toMatchObject({ code: 0 })
  })

  test('answers a request that was on its way on an idle connection', async () => {
    await using server = start('graceful')

    expect(await requestOnIdleConnection(server)).toEqual({ body: 'quick', connection: 'close' })
    server.kill('SIGUSR2')
    expect(await server.ended).toMatchObject({ code: 0 })
  })

  test('would lose that request with server.close() alone', async () => {
    await using server = start('naive')

    await expect(requestOnIdleConnection(server)).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|ECONNREFUSED/) as string,
    })
  })

  test('loses none of the requests of many busy clients', async () => {
    await using server = start('graceful')
    const url = await urlOf(server)
    const counts = { answered: 0, lost: 0, closed: 0 }
    const clients = Array.from({ length: CLIENTS }, () => keepAsking(`${url}/quick`, counts, server))
    await Promise.all(clients)

    expect(counts).toMatchObject({ lost: 0, closed: CLIENTS })
    expect(await server.ended).toMatchObject({ code: 0 })
  })

  test('ends the process at once when it comes a second time', async () => {
    await using server = start('graceful')
    request(`${await urlOf(server)}/slow`).catch(() => undefined)
    await server.waitFor('slow came in')
    server.kill('SIGTERM')
    await server.waitFor('stops: SIGTERM')
    server.kill('SIGTERM')

    expect(await server.ended).toMatchObject({ signal: 'SIGTERM' })
  })
})

describe('the drain of a server', () => {
  test('cuts at the deadline what still works, and counts it', async () => {
    const server = createServer(() => undefined)
    const drain = createDrain(server)
    await using listening = await listenOnFreePort(server)
    const request = fetch(listening.url)
    await once(server, 'request')

    expect(await drain.stop({ idleGrace: 0, deadline: 1 })).toBe(1)
    await expect(request).rejects.toThrow()
  })

  test('closes a connection that never brought a request, without waiting for the deadline', async () => {
    const server = createServer()
    const drain = createDrain(server)
    await using listening = await listenOnFreePort(server)
    const socket = connect(listening.port, '127.0.0.1')
    await once(server, 'connection')

    expect(await drain.stop({ idleGrace: 0, deadline: 60_000 })).toBe(0)
    socket.destroy()
  })

  test('does not take an answer for finished that its client has yet to read', async () => {
    const size = 50_000_000
    const server = createServer((_, response) => response.end(Buffer.alloc(size)))
    const drain = createDrain(server)
    await using listening = await listenOnFreePort(server)
    const [response] = (await once(get(listening.url), 'response')) as [IncomingMessage]
    response.pause()
    const stopped = drain.stop({ idleGrace: 0 })
    await new Promise(setImmediate)

    expect((await text(response)).length).toBe(size)
    expect(await stopped).toBe(0)
  })
})

type Answer = { body: string; connection: string | undefined }

function start(kind: 'graceful' | 'naive'): TestProcess {
  return startProcess(process.execPath, [FIXTURE, kind], { env: { ...process.env, DRAINED_PORT: '0' } })
}

async function urlOf(server: TestProcess): Promise<string> {
  const output = await server.waitFor(/listens on \S+\n/)
  return /listens on (\S+)/.exec(output)?.[1] ?? ''
}

/** Asks once, leaves the connection idle, has the server stop, and asks again on the same connection. */
async function requestOnIdleConnection(server: TestProcess): Promise<Answer> {
  const url = await urlOf(server)
  const agent = new Agent({ keepAlive: true })
  await request(`${url}/quick`, agent)
  request(`${url}/slow`).catch(() => undefined)
  await server.waitFor('slow came in')
  server.kill('SIGTERM')
  await server.waitFor('stops: SIGTERM')
  return request(`${url}/quick`, agent)
}

/** Asks without a pause until it is told that the connection ends; after 500 answers in all, the server is told to stop. */
async function keepAsking(
  url: string,
  counts: { answered: number; lost: number; closed: number },
  server: TestProcess,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (;;) {
    const answer = await request(url, agent).catch(() => undefined)
    if (answer === undefined) counts.lost += 1
    else counts.answered += 1
    if (counts.answered === 500) server.kill('SIGTERM')
    if (answer?.connection === 'close') counts.closed += 1
    if (answer === undefined || answer.connection === 'close') return
  }
}

async function request(url: string, agent?: Agent): Promise<Answer> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage]
  return { body: await text(response), connection: response.headers.connection }
}
