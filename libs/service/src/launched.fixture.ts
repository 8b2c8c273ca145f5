import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { BoundSocket } from 'node:net'
import { createInbox } from '@mochi/testing'
import type { Inbox } from '@mochi/testing'

/** A program started as a launcher starts it: with sockets from fd 3 and a channel for messages. */
export type LaunchedProgram = AsyncDisposable & {
  /** By the order of the sockets. */
  readonly urls: readonly string[]
  /** What it has said on the channel. */
  readonly messages: Inbox<unknown>
  send(message: object): void
  /** What a launcher that dies leaves behind. */
  closeChannel(): void
  /** Its exit code. */
  readonly ended: Promise<number | null>
}

export function launchProgram(
  command: readonly string[],
  names: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): LaunchedProgram {
  const sockets = names.map(() => new BoundSocket({ host: '127.0.0.1', port: 0 }))
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...variables, LISTEN_FDS: String(names.length), LISTEN_FDNAMES: names.join(':') },
    stdio: ['ignore', 'inherit', 'inherit', ...sockets.map((socket) => socket.fd()), 'ipc'],
  })
  const messages = createInbox<unknown>()
  child.on('message', (message) => messages.push(message))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return {
    urls: sockets.map((socket) => `http://127.0.0.1:${socket.address().port}`),
    messages,
    send: (message) => void child.send(message),
    closeChannel: () => child.disconnect(),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
      for (const socket of sockets) socket.close()
    },
  }
}
