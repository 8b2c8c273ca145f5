import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { frame, FrameReader } from './frames.ts'
import type { Server } from './servers.ts'

/** Why there was no answer, in words for a sentence. `sent`: the server may have got the question. */
export type Failure = { readonly failed: string; readonly sent: boolean }

export type ExchangeOptions = { readonly server: Server; readonly signal: AbortSignal }

/** What to do with a datagram: it is the answer, it is none and another may come, or ask by TCP. */
export type Verdict<Answer> = { answer: Answer } | 'other' | 'use tcp'

/** So many datagrams that answer something else are an attack: the answer is asked for by TCP then. */
const MOST_OTHERS = 64

/**
 * Sends a datagram from a port of its own and waits for the one that answers it. The socket is connected, so that the
 * kernel drops whatever comes from another address or port, and tells when nobody listens.
 */
export function exchangeUdp<Answer>(
  bytes: Uint8Array,
  { server, signal, judge }: ExchangeOptions & { judge: (bytes: Buffer) => Verdict<Answer> },
): Promise<{ answer: Answer } | 'use tcp' | Failure> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4')
    let others = 0
    const finish = (result: { answer: Answer } | 'use tcp' | Failure) => {
      signal.removeEventListener('abort', onAbort)
      socket.removeAllListeners().on('error', () => undefined)
      socket.close()
      resolve(result)
    }
    const onAbort = () =>
      finish({ failed: others === 0 ? 'no answer' : `no answer, but ${others} to something else`, sent: true })
    socket.on('error', (error) => finish({ failed: wordsOf(error), sent: true }))
    socket.on('message', (message) => {
      const verdict = judge(message)
      if (verdict !== 'other') finish(verdict)
      else if (++others === MOST_OTHERS) finish('use tcp')
    })
    socket.once('connect', () => socket.send(bytes))
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    else socket.connect(server.port, server.address)
  })
}

/**
 * Sends a message by TCP and hands the answer's messages to `take`, one after the other, until it gives a result. Resolves
 * with a failure when the connection ends before, or when the signal ends it.
 */
export async function exchangeTcp<Answer>(
  bytes: Uint8Array,
  { server, signal, take }: ExchangeOptions & { take: (bytes: Buffer) => { answer: Answer } | undefined },
): Promise<{ answer: Answer } | Failure> {
  if (signal.aborted) return { failed: 'no time left', sent: false }
  const socket = connect({ host: server.address, port: server.port, noDelay: true })
  const state = { sent: false }
  const onAbort = () => void socket.destroy(new Error('no answer'))
  signal.addEventListener('abort', onAbort, { once: true })
  socket.once('connect', () => (state.sent = true))
  socket.write(frame(bytes))
  const frames = new FrameReader()
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      const result = firstResult(frames.push(chunk), take)
      if (result !== undefined) return result
    }
    const rest = frames.pending === 0 ? '' : ` in the middle of a message, after ${frames.pending} bytes`
    return { failed: `a connection that ended${rest}`, sent: state.sent }
  } catch (error) {
    if (error !== socket.errored) throw error
    return { failed: wordsOf(error), sent: state.sent }
  } finally {
    signal.removeEventListener('abort', onAbort)
    socket.destroy()
  }
}

function firstResult<Result>(
  messages: readonly Buffer[],
  take: (bytes: Buffer) => Result | undefined,
): Result | undefined {
  for (const message of messages) {
    const result = take(message)
    if (result !== undefined) return result
  }
  return undefined
}

function wordsOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return 'nobody listening'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'a connection that was reset'
  return code ?? message
}
