import { Agent, request as ask } from 'node:http'
import type {
  ClientRequest,
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http'
import { json } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import type { Identity } from '../tokens/identity.ts'
import type { Reachable } from './company-thread.ts'
import { formatCaller } from './internal-caller.ts'

/** RFC 9110 7.6.1: what is between two neighbours only. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What only we may say to the thread, or what is none of its business. */
const OURS = /^(?:authorization|cookie|forwarded|x-forwarded-.*|npm-otp)$/

/** Hands requests on to the thread, and its answers back, as they flow. */
export class Proxy {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })

  /**
   * Resolves when the client has its answer, or is gone. Rejects when there is no answer; what breaks off later is broken off
   * for the client too.
   */
  async forward(
    request: IncomingMessage,
    response: ServerResponse,
    { port, secret, caller }: Reachable & { caller: Identity },
  ): Promise<void> {
    if (response.destroyed) return
    const asked = ask({
      host: '127.0.0.1',
      port,
      agent: this.#agent,
      method: request.method,
      path: request.url,
      headers: {
        ...passedOn(request),
        // By these Verdaccio makes the addresses of tarballs.
        host: request.headers.host,
        'x-forwarded-proto': (request.socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http',
        authorization: formatCaller(secret, caller),
      },
    })
    sendBody(request, asked)
    // A change that has been sent as a whole is done, whether its client waits for it or not.
    const closed = new Promise<void>((resolve) => response.once('close', resolve))
    void closed.then(() => {
      if (request.complete) return
      // What still comes of it is read and thrown away, and takes none of the connections to the thread.
      request.unpipe(asked).resume()
      asked.destroy()
    })
    const answer = await answerOf(asked)
    // Some clients show no other words of a refusal.
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passed(answer.headers))
    answer.once('error', () => response.destroy())
    answer.pipe(response)
    await closed
    answer.resume()
  }

  /** The JSON at a path, as its caller may see it. */
  async read(path: string, { port, secret, caller }: Reachable & { caller: Identity }): Promise<unknown> {
    const headers = { authorization: formatCaller(secret, caller) }
    const asked = ask({ host: '127.0.0.1', port, agent: this.#agent, path, headers })
    asked.end()
    const answer = await answerOf(asked)
    const value = await json(answer)
    if (answer.statusCode !== 200) throw new Error(`it answered ${answer.statusCode}`)
    return value
  }

  close(): void {
    this.#agent.destroy()
  }
}

function answerOf(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.once('response', resolve)
    asked.on('error', reject)
  })
}

function sendBody(request: IncomingMessage, asked: ClientRequest): void {
  if (!isRead(request)) {
    // What is refused by its head is refused before its body comes.
    asked.flushHeaders()
    request.pipe(asked)
    return
  }
  request.resume()
  asked.end()
}

/** A body goes on framed as it came, whatever `connection` names: without that, what is in it would be the next request of another user. */
function passedOn(request: IncomingMessage): OutgoingHttpHeaders {
  const { 'content-length': length, 'transfer-encoding': coding, ...headers } = request.headers
  if (isRead(request)) return passed(headers)
  const framing = length === undefined ? coding && { 'transfer-encoding': 'chunked' } : { 'content-length': length }
  return { ...passed(headers), ...framing }
}

/** What a read has for a body is thrown away. */
function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

function passed(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()))
  const isPassed = ([name]: [string, unknown]) => !HOP_BY_HOP.has(name) && !named.has(name) && !OURS.test(name)
  return Object.fromEntries(Object.entries(headers).filter(isPassed))
}
