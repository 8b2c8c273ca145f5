import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { createInbox } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { formatEvent } from './events.ts'
import { sendEvents } from './index.ts'
import type { ServerEvent } from './index.ts'
import { ask, openRaw } from './raw.fixture.ts'
import { startTestService } from './service.fixture.ts'

/** Two events, then none for ever; says when its reader is gone. */
function createSource() {
  const ended = createInbox<string>()
  async function* source(): AsyncGenerator<ServerEvent> {
    yield { event: 'tick', id: '1', data: { at: 1 } }
    yield { data: 'two' }
    await ended.waitForCount(1)
  }
  return {
    ended,
    [Symbol.asyncIterator]: () => {
      const iterator = source()
      return {
        next: () => iterator.next(),
        return: async () => {
          ended.push('ended')
          return iterator.return(undefined)
        },
      }
    },
  }
}

async function serveEvents() {
  const source = createSource()
  const service = await startTestService({
    config: { hosts: ['*.acme.example'] },
    limits: { answerTime: 20 },
    routes: (app, { stopping }) => {
      app.get('/events', (_request, reply) => sendEvents(reply, source, stopping))
    },
  })
  return { source, service }
}

/** What comes, as it comes, and all of it at the end. */
function collect({ body }: Response) {
  const chunks = createInbox<string>()
  const read = async (): Promise<string> => {
    for await (const chunk of body ?? []) chunks.push(Buffer.from(chunk).toString())
    return chunks.items.join('')
  }
  const all = read()
  all.catch(() => undefined)
  return { chunks, all }
}

describe('a stream of events', () => {
  test('ends with a last event when the service stops, and none of it is cut', async () => {
    const { source, service } = await serveEvents()
    await using _ = service
    const response = await fetch(`${service.url}/events`)
    const { chunks, all } = collect(response)
    await chunks.waitFor((chunk) => chunk.includes('two'))

    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-request-id')).toBeTruthy()
    expect(await service.stop({ deadline: 60_000 })).toEqual({ cut: 0, isClosed: true })
    expect(await all).toBe('event: tick\nid: 1\ndata: {"at":1}\n\ndata: "two"\n\nevent: stopping\ndata: {}\n\n')
    await source.ended.waitForCount(1)
  })

  test('ends its source when the client leaves', async () => {
    const { source, service } = await serveEvents()
    await using _ = service
    const controller = new AbortController()
    const response = await fetch(`${service.url}/events`, { signal: controller.signal })
    const { chunks, all } = collect(response)
    await chunks.waitForCount(1)
    controller.abort()

    expect(await source.ended.waitForCount(1)).toEqual(['ended'])
    await expect(all).rejects.toThrow('aborted')
  })

  test('is not begun for the page of another site', async () => {
    const { service } = await serveEvents()
    await using _ = service
    const headers = { accept: 'text/event-stream', origin: 'https://evil.example' }

    expect((await ask(`${service.url}/events`, { headers })).status).toBe(403)
  })

  test('is not begun either for one that does not say what it accepts, and its source is ended', async () => {
    const { source, service } = await serveEvents()
    await using _ = service
    const headers = { accept: '*/*', origin: 'https://evil.example' }
    const answer = await ask(`${service.url}/events`, { headers })

    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'CROSS_SITE' })
    expect(await source.ended.waitForCount(1)).toEqual(['ended'])
  })

  test('is begun for the page of a name of its own', async () => {
    const { service } = await serveEvents()
    await using _ = service
    const headers = { origin: 'https://www.acme.example' }
    const { status, body } = await fetch(`${service.url}/events`, { headers })
    await body?.cancel()

    expect(status).toBe(200)
  })

  test('has no lines that its events do not mean', () => {
    expect(formatEvent({ event: 'a\nid: 9', data: 'x\ny' })).toBe('event: a id: 9\ndata: "x\\ny"\n\n')
  })
})

describe('a web socket', () => {
  const OPENING = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'
  const GOING_AWAY = '\x88\x02\x03\xe9'

  async function openSocket(onUpgrade: (socket: Socket, stopping: AbortSignal) => void) {
    const service = await startTestService({
      routes: (app, { stopping }) => {
        app.server.on('upgrade', (_request, socket: Socket) => {
          socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
          onUpgrade(socket, stopping)
        })
      },
    })
    const { socket, all } = await openRaw(service.port, OPENING)
    socket.setEncoding('latin1')
    await once(socket, 'readable')
    return { service, socket, all }
  }

  test('is told to close when the service stops, and the service waits for its answer', async () => {
    const { service, socket, all } = await openSocket((accepted) => void accepted.resume())
    await using _ = service
    const stopped = service.stop({ deadline: 60_000 })

    expect(await all).toBe(`HTTP/1.1 101 Switching Protocols\r\n\r\n${GOING_AWAY}`)
    socket.end()
    expect(await stopped).toEqual({ cut: 0, isClosed: true })
  })

  test('may say goodbye in its own words first', async () => {
    const { service, socket, all } = await openSocket((accepted, stopping) => {
      accepted.resume()
      stopping.addEventListener('abort', () => accepted.end('goodbye'))
    })
    await using _ = service
    const stopped = service.stop({ deadline: 60_000 })

    expect(await all).toBe('HTTP/1.1 101 Switching Protocols\r\n\r\ngoodbye')
    socket.end()
    expect(await stopped).toEqual({ cut: 0, isClosed: true })
  })

  test('whose client does not answer is cut at the deadline', async () => {
    const { service } = await openSocket((accepted) => void accepted.resume())
    await using _ = service
    const silent = connect({ port: service.port, host: '127.0.0.1', allowHalfOpen: true })
    silent.write(OPENING)
    await once(silent, 'data')

    expect(await service.stop({ deadline: 100 })).toMatchObject({ cut: 1 })
    silent.destroy()
  })
})
