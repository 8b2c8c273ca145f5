import { createHash } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { createInbox, listenOnFreePort } from '@mochi/testing'
import type { Inbox, Listening } from '@mochi/testing'

/** A server that does one thing wrong, always the same. */
export type FaultyCache = Listening & {
  /** `GET /v1/cache/1`, in the order of their arrival. */
  readonly requests: Inbox<string>
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const BODY = Buffer.alloc(4_000, 'no archive')
const DIGEST = `sha-256=:${createHash('sha256').update(BODY).digest('base64')}:`

/** How a shared cache can fail once the connection is made: name, and what it answers. */
export const answers = {
  'status 401': status(401),
  'status 500': status(500),
  'a redirect': (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
  'half a body': (_, response) => {
    response.writeHead(200, { 'content-length': BODY.length, 'content-digest': DIGEST })
    response.write(BODY.subarray(0, 2_000), () => response.destroy())
  },
  'a body without a digest': (_, response) => response.writeHead(200, { 'content-length': BODY.length }).end(BODY),
  'a body without a length': (_, response) => {
    response.writeHead(200, { 'content-digest': DIGEST })
    response.write(BODY)
    response.end()
  },
  'other bytes than the digest says': (_, response) =>
    response.writeHead(200, { 'content-length': BODY.length, 'content-digest': DIGEST }).end(BODY.toReversed()),
  'the page of a proxy': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Log in'),
  'a connection that is cut': ({ socket }) => socket.resetAndDestroy(),
  'no answer': () => undefined,
  'one byte at a time': (_, response) => {
    response.writeHead(200, { 'content-length': BODY.length, 'content-digest': DIGEST })
    const timer = setInterval(() => response.write('x'), 50)
    response.once('close', () => clearInterval(timer))
  },
  'slow answers': (_, response) => {
    const timer = setTimeout(() => response.writeHead(404).end(), 1_500)
    response.once('close', () => clearTimeout(timer))
  },
  'no answer to what is written': ({ method }, response) => {
    if (method === 'GET') response.writeHead(404).end()
  },
  'status 500 to what is written': ({ method }, response) => response.writeHead(method === 'GET' ? 404 : 500).end(),
} satisfies Record<string, Answer>

export type Fault = keyof typeof answers

export async function startFaultyCache(fault: Fault): Promise<FaultyCache> {
  return await serve(answers[fault])
}

/** One that is there for the first request, which it answers, and for nothing after it. */
export async function startDyingCache(): Promise<FaultyCache> {
  const cache = await serve((_, response) => {
    response.writeHead(404, { connection: 'close' }).end()
    response.once('finish', () => void cache[Symbol.asyncDispose]())
  })
  return cache
}

/** Something else listens on the port. */
export async function startOtherProtocol(): Promise<Listening> {
  return await listenOnFreePort(
    createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-other\r\n')),
  )
}

/** An address where nobody listens. */
export async function findClosedUrl(): Promise<string> {
  await using listening = await listenOnFreePort(createTcpServer())
  return listening.url
}

async function serve(answer: Answer): Promise<FaultyCache> {
  const requests = createInbox<string>()
  const server = createHttpServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    response.on('error', () => undefined)
    request.on('error', () => undefined).resume()
    // What is sent is taken in whole first: how a server fails before that is its own affair.
    if (request.method === 'GET') answer(request, response)
    else request.once('end', () => answer(request, response))
  })
  return Object.assign(await listenOnFreePort(server), { requests })
}

function status(code: number): Answer {
  return (_, response) => response.writeHead(code).end()
}
