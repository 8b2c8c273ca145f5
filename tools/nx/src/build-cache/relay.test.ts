import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { createInbox } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { Held, toBytes } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { startRelay } from './relay.ts'
import type { Opened, Relayed } from './relay.ts'
import { createRoom } from './room.ts'

const ARCHIVE = Buffer.from('archive')
const ROOM = 100

describe('the relay', () => {
  test('answers a run what the cache has', async () => {
    await using relay = await startRelay({ room: createRoom(ROOM) })
    const opened = relay.open(runOf({ get: (hash) => Promise.resolve(hash === '1' ? held() : undefined) }))

    const found = await ask(opened, '1')
    expect([found.status, await found.text(), found.headers.get('content-length')]).toEqual([200, 'archive', '7'])
    expect((await ask(opened, '2')).status).toBe(404)
  })

  test('hands on what is written', async () => {
    await using relay = await startRelay({ room: createRoom(ROOM) })
    const written: string[] = []
    const put = (hash: string, { chunks }: Bytes) => (
      written.push(`${hash} ${Buffer.concat(chunks).toString()}`),
      Promise.resolve(409 as const)
    )
    const opened = relay.open(runOf({ put }))

    expect((await ask(opened, '1', { method: 'PUT', body: ARCHIVE })).status).toBe(409)
    expect(written).toEqual(['1 archive'])
  })

  test('keeps runs apart', async () => {
    await using relay = await startRelay({ room: createRoom(ROOM) })
    const [one, other] = [relay.open(runOf({ get: () => Promise.resolve(held()) })), relay.open(runOf({}))]

    expect(one.url).not.toBe(other.url)
    expect([(await ask(one, '1')).status, (await ask(other, '1')).status]).toEqual([200, 404])
  })

  test.each<[string, (opened: Opened) => Opened]>([
    ['another path', (opened) => ({ ...opened, url: `${opened.url}x` })],
    ['another token', (opened) => ({ ...opened, token: 'other' })],
    ['no token', (opened) => ({ ...opened, token: 'undefined' })],
  ])('has nothing for who comes with %s, and says what Nx takes as harmless', async (_, change) => {
    await using relay = await startRelay({ room: createRoom(ROOM) })
    const opened = change(relay.open(runOf({ get: () => Promise.resolve(held()), put: () => Promise.resolve(200) })))

    expect((await ask(opened, '1')).status).toBe(404)
    expect((await ask(opened, '1', { method: 'PUT', body: ARCHIVE })).status).toBe(403)
  })

  test('has nothing for a run that has ended', async () => {
    await using relay = await startRelay({ room: createRoom(ROOM) })
    const opened = relay.open(runOf({ get: () => Promise.resolve(held()) }))
    relay.close(opened)

    expect((await ask(opened, '1')).status).toBe(404)
    expect((await ask(opened, '1', { method: 'PUT', body: ARCHIVE })).status).toBe(403)
  })

  test('goes on when Nx is killed in the middle of what it writes', async () => {
    await using relay = await startRelay({ room: createRoom(ROOM) })
    const opened = relay.open(runOf({ get: () => Promise.resolve(held()) }))
    const { url, token } = opened
    const headers = { authorization: `Bearer ${token}`, 'content-length': 100 }
    const half = request(`${url}/v1/cache/1`, { method: 'PUT', headers }).on('error', () => undefined)
    await new Promise((resolve) => half.write('half', resolve))
    half.destroy()

    expect((await ask(opened, '1')).status).toBe(200)
  })

  test('takes what there is room for, and gives the room back with what Nx has got', async () => {
    const room = createRoom(ARCHIVE.length)
    const relay = await startRelay({ room })
    const opened = relay.open(
      runOf({
        get: () => Promise.resolve(held(room.take(ARCHIVE.length))),
        put: (_, archive) => (archive[Symbol.dispose](), Promise.resolve(200)),
      }),
    )

    const put = (body: Buffer<ArrayBuffer>) => ask(opened, '1', { method: 'PUT', body })
    const larger = Buffer.concat([ARCHIVE, ARCHIVE])
    expect([(await put(ARCHIVE)).status, (await put(larger)).status]).toEqual([200, 403])
    expect(await (await ask(opened, '1')).text()).toBe('archive')
    // The end of a connection is what gives it back, so the one after it finds it.
    await relay[Symbol.asyncDispose]()
    expect(room.take(ARCHIVE.length)).toBeDefined()
  })

  test('answers what Nx waits for when nothing will come of it any more', async () => {
    await using relay = await startRelay({ room: createRoom(ROOM) })
    const asked = createInbox<string>()
    const never = (hash: string): Promise<never> => (asked.push(hash), new Promise(() => undefined))
    const opened = relay.open(runOf({ get: never, put: never }))
    const answers = [ask(opened, '1'), ask(opened, '2', { method: 'PUT', body: ARCHIVE })]
    await asked.waitForCount(2)
    relay.answerAll()

    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([404, 403])
  })

  test('has what is being written sent to its end before it answers that nothing will come of it', async () => {
    await using relay = await startRelay({ room: createRoom(ROOM) })
    const { url, token } = relay.open(runOf({}))
    const headers = { authorization: `Bearer ${token}`, 'content-length': 8 }
    const half = request(`${url}/v1/cache/1`, { method: 'PUT', headers })
    const answered = once(half, 'response') as Promise<[IncomingMessage]>
    await new Promise((resolve) => half.write('half', resolve))
    await ask({ url, token }, '1')
    relay.answerAll()
    half.end('half')
    const [answer] = await answered

    expect(answer.resume().statusCode).toBe(403)
  })

  test.each(['abc', '-1', '123456789012345678901', '1/2', ''])('takes no %j for a hash', async (hash) => {
    await using relay = await startRelay({ room: createRoom(ROOM) })
    const opened = relay.open(runOf({ get: () => Promise.resolve(held()) }))

    expect((await ask(opened, hash)).status).toBe(404)
  })
})

function runOf(run: Partial<Relayed>): Relayed {
  return { get: () => Promise.resolve(undefined), put: () => Promise.resolve(403), ...run }
}

function held(room: Disposable = { [Symbol.dispose]: () => undefined }): Held {
  return new Held(toBytes(ARCHIVE), room)
}

async function ask(
  { url, token }: Opened,
  hash: string,
  init: { method?: string; body?: Buffer<ArrayBuffer> } = {},
): Promise<Response> {
  return await fetch(`${url}/v1/cache/${hash}`, { ...init, headers: { authorization: `Bearer ${token}` } })
}
