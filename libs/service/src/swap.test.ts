import { once } from 'node:events'
import { Agent, get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { defaultPatience, Launcher } from '@mochi/supervise'
import { createInbox } from '@mochi/testing'
import type { Inbox } from '@mochi/testing'
import { describe, expect, test } from 'vitest'

const FIXTURE = `${import.meta.dirname}/swap.fixture.ts`

describe('A service that a launcher swaps', { timeout: 60_000 }, () => {
  test('loses none of the requests of many clients, whether each brings its own connection or keeps one', async () => {
    await using launched = await launch('graceful')
    const { lost, pids } = await swapUnderLoad(launched, 3)

    expect(lost).toEqual([])
    expect(pids.size).toBe(4)
  })

  test('would lose some with server.close() alone', async () => {
    await using launched = await launch('naive')

    expect((await swapUnderLoad(launched, 1)).lost).not.toEqual([])
  })

  test('answers requests of which half had come, and closes 500 idle connections without a reset', async () => {
    await using launched = await launch('graceful')
    const idle = await Promise.all(Array.from({ length: 500 }, () => openIdle(launched.port)))
    const half = await Promise.all(Array.from({ length: 50 }, () => openHalf(launched.port)))
    launched.launcher.swap()
    await launched.inboxes.swapped.waitForCount(1)
    for (const socket of half) socket.write('\r\n')
    const answers = await Promise.all(half.map((socket) => text(socket)))

    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200 '))).toHaveLength(50)
    const ends = await Promise.all(idle.map((socket) => socket.ended))
    expect(new Set(ends)).toEqual(new Set(['closed']))
  })
})

type Launched = AsyncDisposable & {
  readonly launcher: Launcher
  readonly port: number
  readonly inboxes: {
    readonly ready: Inbox<undefined>
    readonly swapped: Inbox<undefined>
    readonly down: Inbox<undefined>
  }
}

async function launch(kind: 'graceful' | 'naive'): Promise<Launched> {
  const launcher = new Launcher({
    spec: {
      ...{ name: kind, command: [process.execPath, FIXTURE, kind], folder: import.meta.dirname, limits: {} },
      ...{ sockets: { public: { host: '127.0.0.1', port: 0 } }, ready: 'message', patience: defaultPatience },
    },
    env: process.env,
    openStreams: () => ({ stdout: 2, stderr: 2, [Symbol.dispose]: () => undefined }),
  })
  const inboxes = { ready: createInbox<undefined>(), swapped: createInbox<undefined>(), down: createInbox<undefined>() }
  launcher.subscribe(({ what }) => {
    if (what === 'ready' || what === 'swapped' || what === 'down') inboxes[what].push(undefined)
  })
  launcher.open()
  launcher.start()
  await inboxes.ready.waitForCount(1)
  return {
    ...{ launcher, inboxes, port: launcher.status.sockets.public?.port ?? 0 },
    [Symbol.asyncDispose]: async () => {
      launcher.kill()
      await inboxes.down.waitForCount(1)
      launcher[Symbol.dispose]()
    },
  }
}

/** 16 clients ask without a pause, half of them on a new connection each time, through so many swaps. */
async function swapUnderLoad({ launcher, port, inboxes }: Launched, swaps: number) {
  const state = { isOver: false }
  const lost: string[] = []
  const pids = new Set<string>()
  const client = async (keepAlive: boolean): Promise<void> => {
    const agent = new Agent({ keepAlive, maxSockets: 1 })
    while (!state.isOver) {
      try {
        pids.add(await ask(port, agent))
      } catch (error) {
        lost.push(String(error))
      }
    }
    agent.destroy()
  }
  const clients = Array.from({ length: 16 }, (_, index) => client(index % 2 === 0))
  for (let swap = 1; swap <= swaps; swap += 1) {
    launcher.swap()
    await inboxes.swapped.waitForCount(swap)
  }
  while (launcher.status.draining > 0) await new Promise(setImmediate)
  state.isOver = true
  await Promise.all(clients)
  return { lost, pids }
}

async function ask(port: number, agent: Agent): Promise<string> {
  const [response] = (await once(get({ port, path: '/pid', agent }), 'response')) as [IncomingMessage]
  const body = await text(response)
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
  return body
}

/** A connection that has had its answer and waits. */
async function openIdle(port: number): Promise<{ ended: Promise<string> }> {
  const socket = await open(port)
  socket.write('GET /pid HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await once(socket, 'data')
  const ended = new Promise<string>((resolve) => {
    socket.once('error', (error) => resolve(error.message)).once('close', () => resolve('closed'))
  })
  socket.resume()
  return { ended }
}

/** A connection on which a request has begun. */
async function openHalf(port: number): Promise<Socket> {
  const socket = await open(port)
  socket.write('GET /pid HTTP/1.1\r\nhost: localhost\r\n')
  return socket
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}
