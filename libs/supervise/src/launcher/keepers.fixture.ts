import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as after } from 'node:timers/promises'
import { createFolder, createInbox } from '@mochi/testing'
import type { Inbox } from '@mochi/testing'
import { bindSockets } from '../sockets.ts'
import { launch } from '../testing/launch.ts'
import type { LaunchOptions } from '../testing/launch.ts'
import { NaiveLauncher } from './naive-launcher.fixture.ts'

const FIXTURE = `${import.meta.dirname}/../testing/server.fixture.ts`

export type Happened = { readonly what: string; readonly pid: number | undefined; readonly at: number }

/** A launcher with a service, whichever way it is written, and what has happened. */
export type Keeper = AsyncDisposable & {
  readonly port: number
  readonly happened: Inbox<Happened>
  /** The process that serves, or is about to. */
  readonly pid: number
  start(): void
  stop(): void
  swap(): void
  /** What the service wrote. */
  output(): string
  /** After so many milliseconds, what has not happened counts as what never does. */
  readonly never: number
}

export type Make = (options: LaunchOptions) => Promise<Keeper>

/** The launcher of this library. */
export const keepWell: Make = async (options) => {
  const launched = await launch(options)
  const happened = createInbox<Happened>()
  const { launcher } = launched
  launcher.subscribe(({ what, pid }) => happened.push({ what, pid, at: performance.now() }))
  return {
    happened,
    never: 30_000,
    output: () => launched.output(),
    port: launcher.status.sockets.public?.port ?? 0,
    start: () => launcher.start(),
    stop: () => launcher.stop(),
    swap: () => launcher.swap(),
    get pid() {
      return known(launcher.status.pid)
    },
    [Symbol.asyncDispose]: () => launched[Symbol.asyncDispose](),
  }
}

/** One as it would first be written. */
export const keepNaively: Make = async ({ manner = 'good', sockets = {} }) => {
  const folder = await createFolder({ output: '' })
  const happened = createInbox<Happened>()
  const port = sockets.public?.port ?? freePort()
  const launcher = new NaiveLauncher({
    command: [process.execPath, FIXTURE, manner],
    folder: folder.path,
    env: { ...process.env, OWN_PORT: String(port) },
    output: folder.join('output'),
    tell: (what, pid) => happened.push({ what, pid, at: performance.now() }),
  })
  return {
    ...{ port, happened, never: 500 },
    output: () => readFileSync(folder.join('output'), 'utf8'),
    start: () => launcher.start(),
    stop: () => launcher.stop(),
    swap: () => launcher.swap(),
    get pid() {
      return known(launcher.pid)
    },
    [Symbol.asyncDispose]: async () => {
      await launcher[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** To be signalled, which 0 must never be: that is everybody. */
function known(pid: number | undefined): number {
  if (pid === undefined) throw new Error('no process serves')
  return pid
}

/** It cannot be kept for a service that opens its own. */
function freePort(): number {
  using sockets = bindSockets('free', { public: { host: '127.0.0.1', port: 0 } })
  return sockets.addresses.public?.port ?? 0
}

/** How often something has happened. */
export function countOf({ happened }: Keeper, wanted: string): number {
  return happened.items.filter(({ what }) => what === wanted).length
}

/** Until something has happened so many times. */
export function until({ happened }: Keeper, wanted: string, times = 1): Promise<Happened> {
  return happened.waitFor((item) => {
    const same = happened.items.filter(({ what }) => what === wanted)
    return same.indexOf(item) >= times - 1 && item.what === wanted
  })
}

/** Whether it comes before one may say that it never does. */
export async function comes({ never }: Keeper, promise: Promise<unknown>): Promise<boolean> {
  const end = new AbortController()
  const isOver = after(never, false, { signal: end.signal }).catch(() => false)
  const hasCome = await Promise.race([promise.then(() => true), isOver])
  end.abort()
  return hasCome
}

export const REQUEST = 'GET / HTTP/1.1\r\nhost: localhost\r\n'

/** Who answers a request on a new connection: the number of a process, or why there is none. */
export async function ask(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${REQUEST}connection: close\r\n\r\n`)
  try {
    return whoAnswers(await text(socket)) ?? 'lost'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'refused' : 'lost'
  }
}

/** The process that an answer is of; undefined when it is not complete. */
export function whoAnswers(answer: string): string | undefined {
  return /\r\n\r\n(\d+) /.exec(answer)?.[1]
}
