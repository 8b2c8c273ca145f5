import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { listenOnFreePort } from '@mochi/testing'
import { describe, expect, test, vi } from 'vitest'
import { startOf } from '../process-start.ts'
import type { LaunchOptions } from '../testing/launch.ts'
import { ask, comes, countOf, keepNaively, keepWell, REQUEST, until, whoAnswers } from './keepers.fixture.ts'
import type { Keeper, Make } from './keepers.fixture.ts'

/** Against hanging only: what is waited for is a state. */
const WAIT = { timeout: 30_000, interval: 10 }

/** How a service misbehaves, what is done to its launcher, and what that did not withstand. */
type Fault = {
  readonly manner?: string
  readonly patience?: LaunchOptions['patience']
  readonly does: (keeper: Keeper) => Promise<readonly string[]>
}

const faults: Readonly<Record<string, Fault>> = {
  'its service is killed with -9 under load': { does: killUnderLoad },
  'the next of a swap is never ready': {
    manner: 'ready once',
    does: async (keeper) => {
      const before = String(keeper.pid)
      keeper.swap()
      await vi.waitUntil(() => keeper.output().includes('is not ready'), WAIT)
      return (await ask(keeper.port)) === before ? [] : ['nobody serves']
    },
  },
  'its service ends at once, for ever': {
    manner: 'crashes',
    patience: { backoff: 200 },
    does: async (keeper) => {
      const fourth = await until(keeper, 'spawned', 4)
      const third = await until(keeper, 'ended', 3)
      return fourth.at - third.at > 190 ? [] : ['it is started without a pause']
    },
  },
  'its service ignores TERM': {
    manner: 'deaf',
    patience: { drain: 50 },
    does: async (keeper) => {
      keeper.stop()
      return (await comes(keeper, until(keeper, 'down'))) ? [] : ['the stop never ends']
    },
  },
  'its service has forked': {
    manner: 'forks',
    does: async (keeper) => {
      const left = Number(/left (\d+)/.exec(keeper.output())?.[1])
      const start = startOf(left)
      expect(start).toBeDefined()
      keeper.stop()
      if (!(await comes(keeper, until(keeper, 'down')))) return ['the stop never ends']
      await vi.waitUntil(() => startOf(left) !== start, WAIT)
      return []
    },
  },
  'its service closes its log': {
    manner: 'closes its log',
    does: async (keeper) => {
      const isSame = (await ask(keeper.port)) === (await ask(keeper.port))
      return countOf(keeper, 'spawned') === 1 && isSame ? [] : ['a second one is started beside it']
    },
  },
  'it swaps with 500 idle and 50 half-sent connections': { does: swapWithConnections },
}

/** Clients ask one after the other on connections of their own, until one was answered by the next process. */
async function killUnderLoad(keeper: Keeper): Promise<readonly string[]> {
  const answers: string[] = []
  const load = { isOver: false }
  const clients = Array.from({ length: 8 }, async () => {
    while (!load.isOver) answers.push(await ask(keeper.port))
  })
  await vi.waitUntil(() => answers.length > 20, WAIT)
  process.kill(keeper.pid, 'SIGKILL')
  await until(keeper, 'ready', 2)
  await vi.waitUntil(() => answers.includes(String(keeper.pid)), WAIT)
  load.isOver = true
  await Promise.all(clients)
  return answers.includes('refused') ? ['connections are refused'] : []
}

async function swapWithConnections(keeper: Keeper): Promise<readonly string[]> {
  const before = keeper.pid
  await using idle = await openSockets(keeper.port, 500)
  for (const socket of idle.sockets) socket.write(`${REQUEST}\r\n`)
  await vi.waitUntil(() => idle.answers().every((who) => who === String(before)), WAIT)
  await using half = await openSockets(keeper.port, 50)
  for (const socket of half.sockets) socket.write(REQUEST)
  keeper.swap()
  await vi.waitUntil(() => keeper.output().includes('drains'), WAIT)
  const isRefused = (await ask(keeper.port)) === 'refused'
  for (const socket of half.sockets) socket.write('\r\n')
  const closes = await Promise.all([...half.closes, ...idle.closes])
  await until(keeper, 'ended')
  return [
    ...(isRefused ? ['new connections are refused'] : []),
    ...(half.answers().every((who) => who !== undefined) ? [] : ['half-sent requests are lost']),
    ...(closes.every(Boolean) ? [] : ['connections are reset']),
  ]
}

type Sockets = AsyncDisposable & {
  readonly sockets: readonly Socket[]
  /** Who answered on each, as far as it has come. */
  readonly answers: () => readonly (string | undefined)[]
  /** Whether each was closed in peace. */
  readonly closes: readonly Promise<boolean>[]
}

/** Connections that are open, made a few at a time: the queue of a listening socket is short. */
async function openSockets(port: number, count: number): Promise<Sockets> {
  const texts: string[] = []
  const sockets: Socket[] = []
  const closes: Promise<boolean>[] = []
  const open = async (index: number): Promise<void> => {
    const socket = connect(port, '127.0.0.1').setEncoding('latin1')
    texts[index] = ''
    sockets[index] = socket
    socket.on('data', (chunk: string) => (texts[index] = `${texts[index] ?? ''}${chunk}`)).on('error', () => undefined)
    closes[index] = new Promise((resolve) => socket.once('close', (hadError) => resolve(!hadError)))
    await once(socket, 'connect')
  }
  for (let start = 0; start < count; start += 50)
    await Promise.all(Array.from({ length: Math.min(50, count - start) }, (_, index) => open(start + index)))
  return {
    ...{ sockets, closes, answers: () => texts.map(whoAnswers) },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await Promise.all(closes)
    },
  }
}

async function resultOf(make: Make, { manner = 'good', patience = {}, does }: Fault): Promise<readonly string[]> {
  await using keeper = await make({ manner, patience })
  keeper.start()
  if (manner !== 'crashes') await until(keeper, 'ready')
  return await does(keeper)
}

describe.concurrent('A launcher goes on when', { timeout: 60_000 }, () => {
  test.each(Object.entries(faults))('%s', async (_, fault) => {
    expect(await resultOf(keepWell, fault)).toEqual([])
  })
})

describe.concurrent('As one would first write it, it does not when', { timeout: 60_000 }, () => {
  test.each(Object.entries(faults))('%s', async (_, fault) => {
    expect(await resultOf(keepNaively, fault)).not.toEqual([])
  })
})

test('A service that does not drain loses half-sent requests: whose part that is', async () => {
  const fault = { manner: 'abrupt', does: swapWithConnections }
  expect(await resultOf(keepWell, fault)).toContain('half-sent requests are lost')
})

test('An address that is taken is known before anything starts; as one would first write it, when the service dies of it', async () => {
  await using taken = await listenOnFreePort(createServer())
  const sockets = { public: { host: '127.0.0.1', port: taken.port } }
  await expect(keepWell({ sockets })).rejects.toMatchObject({ code: 'SUPERVISE_PORT_TAKEN' })
  await using keeper = await keepNaively({ sockets })
  keeper.start()
  await until(keeper, 'ended')
  expect(countOf(keeper, 'ready')).toBe(0)
})
