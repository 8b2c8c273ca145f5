import type { IncomingMessage, RequestListener, Server, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import { http, https } from './built-ins.ts'
import type { Limits } from './limits.ts'
import { formatProblem, problem } from './problem.ts'
import type { Problem } from './problem.ts'

/** As often as slow requests are looked for, in milliseconds, where limits are longer. */
const CHECKING = 10_000

export type ServerParts = {
  readonly limits: Limits
  readonly isTls: boolean
  /** Whether a request may become another protocol. */
  readonly mayUpgrade: (request: IncomingMessage) => boolean
}

/** A server that is not listening yet, with the limits of a service. For TLS it still wants a certificate. */
export function createServer(listener: RequestListener, { limits, isTls, mayUpgrade }: ServerParts): Server {
  const options: ServerOptions = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTime,
    requestTimeout: limits.requestTime,
    connectionsCheckingInterval: Math.min(limits.headersTime, CHECKING),
    keepAliveTimeout: limits.keepAlive,
    shouldUpgradeCallback: mayUpgrade,
  }
  const server = isTls
    ? https.createServer({ ...options, handshakeTimeout: limits.headersTime }, listener)
    : http.createServer(options, listener)
  // One more than is allowed, because node drops what is beyond without a word.
  server.maxHeadersCount = limits.headers + 1
  server.maxConnections = Math.ceil(limits.connections * 1.25)
  return server
}

const REFUSALS: Readonly<Record<string, Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: problem(408, 'REQUEST_TOO_SLOW', 'The request was not there in time.'),
  HPE_HEADER_OVERFLOW: problem(431, 'HEADERS_TOO_LARGE', 'The URL and headers are too long.'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: problem(413, 'BODY_TOO_LARGE', 'The extensions of a chunk are too long.'),
}
const MALFORMED = problem(400, 'REQUEST_MALFORMED', 'This is not HTTP/1.1.')

/** Answers what never becomes a request: too slow, too long, or no HTTP. Returns the status that was given, if any. */
export function refuseClient({ code }: { code?: string }, socket: Socket): number | undefined {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return undefined
  }
  const answer = REFUSALS[code ?? ''] ?? MALFORMED
  const body = formatProblem(answer)
  const head = [
    `HTTP/1.1 ${answer.status} ${(JSON.parse(body) as { title: string }).title}`,
    'connection: close',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
  return answer.status
}
