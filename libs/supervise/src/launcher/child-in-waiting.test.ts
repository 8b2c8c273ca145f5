import { createServer } from 'node:http'
import { createInbox, listenOnFreePort } from '@mochi/testing'
import type { Inbox } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { defaultPatience } from '../launch-spec.ts'
import type { LaunchSpec } from '../launch-spec.ts'
import { bindSockets } from '../sockets.ts'
import type { ServiceSockets, SocketAddress } from '../sockets.ts'
import { startChildWhenFree } from './child-in-waiting.ts'
import type { Child, Exit } from './child.ts'

type Waiting = Disposable & {
  readonly child: Child
  readonly happened: Inbox<'tried' | 'started' | Exit>
}

const sleeping: LaunchSpec = {
  ...{ name: 'fixture', command: ['sleep', '600'], folder: '/', sockets: {}, ready: 'running', limits: {} },
  patience: defaultPatience,
}

/** A child that waits for an address of its own. */
function startAt(address: SocketAddress): Waiting {
  const happened: Waiting['happened'] = createInbox()
  const bound: ServiceSockets[] = []
  const child = startChildWhenFree({
    spec: sleeping,
    env: process.env,
    openStreams: () => ({ stdout: 1, stderr: 2, [Symbol.dispose]: () => undefined }),
    sockets: () => {
      happened.push('tried')
      const sockets = bindSockets('fixture', { public: address }, () => undefined)
      bound.push(sockets)
      return sockets
    },
    onStarted: () => happened.push('started'),
    onReady: () => undefined,
    onExit: happened.push,
  })
  const end = (): void => {
    child.kill()
    for (const sockets of bound) sockets[Symbol.dispose]()
  }
  return { child, happened, [Symbol.dispose]: end }
}

function exitOf({ happened }: Waiting): Promise<unknown> {
  return happened.waitFor((what) => typeof what === 'object')
}

describe('A child whose address is taken', () => {
  test('starts when the address is free, and not before', async () => {
    await using taken = await listenOnFreePort(createServer())
    using waiting = startAt({ host: '127.0.0.1', port: taken.port })
    await waiting.happened.waitForCount(3)
    expect(waiting.happened.items).toEqual(['tried', 'tried', 'tried'])
    expect(waiting.child.pid).toBeUndefined()
    await taken[Symbol.asyncDispose]()
    await waiting.happened.waitFor((what) => what === 'started')
    expect(waiting.child.pid).toBeGreaterThan(0)
    waiting.child.kill()
    expect(await exitOf(waiting)).toEqual({ code: null, signal: 'SIGKILL' })
  })

  test.each(['drain', 'kill'] as const)('and that is told to end (%s) never starts, and says so once', async (how) => {
    await using taken = await listenOnFreePort(createServer())
    using waiting = startAt({ host: '127.0.0.1', port: taken.port })
    waiting.child[how](false)
    waiting.child[how](false)
    expect(await exitOf(waiting)).toMatchObject({ code: null, reason: 'told to end before it was started' })
    expect(waiting.happened.items).toHaveLength(2)
  })

  test('for ever, because it is no address of this machine, has ended with the reason', async () => {
    using waiting = startAt({ host: '192.0.2.1', port: 0 })
    expect(await exitOf(waiting)).toMatchObject({ code: null, reason: expect.stringContaining('192.0.2.1') as string })
  })

  test('no more, drains as any child does', async () => {
    using waiting = startAt({ host: '127.0.0.1', port: 0 })
    waiting.child.drain(false)
    expect(await exitOf(waiting)).toEqual({ code: null, signal: 'SIGTERM' })
  })
})
