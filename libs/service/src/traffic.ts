import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'

/** One connection, and what tells an idle one from a busy one. */
export type Connection = {
  readonly socket: Socket
  /** Requests whose answers have not gone out yet. */
  requests: number
  /** When the last answer had gone out; more than that is a request that is just coming in. */
  bytesRead: number
  /** It carries another protocol now. */
  upgrade?: string
}

/** An answer that has not gone out yet, and what gives it, once that is known. */
export type OpenAnswer = {
  readonly connection: Connection
  readonly since: number
  reply?: { send(error: Error): unknown }
}

/** Everything that is open at a server. */
export type Traffic = {
  readonly connections: ReadonlyMap<Socket, Connection>
  /** The oldest first. */
  readonly answers: ReadonlyMap<ServerResponse, OpenAnswer>
  /** Connections whose TLS handshake is not over. */
  readonly handshakes: ReadonlySet<Socket>
  /** To be told by whoever lets a request become another protocol. */
  upgraded(request: IncomingMessage): void
}

export type TrafficEvents = {
  onConnection?: (connection: Connection) => void
  onRequest?: (response: ServerResponse) => void
  /** An answer has gone out. */
  onAnswered?: (connection: Connection) => void
}

/**
 * Watches a server, from before its first connection. Node's own `closeIdleConnections()` takes an answer that is ended but
 * not yet flushed for idle, and a connection that never brought a request for busy.
 */
export function watchTraffic(server: Server, { onConnection, onRequest, onAnswered }: TrafficEvents): Traffic {
  const connections = new Map<Socket, Connection>()
  const answers = new Map<ServerResponse, OpenAnswer>()
  const handshakes = new Set<Socket>()
  const isTls = server instanceof TlsServer
  if (isTls) keepWhileOpen(server, handshakes)
  server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
    const connection: Connection = { socket, requests: 0, bytesRead: 0 }
    connections.set(socket, connection)
    socket.once('close', () => connections.delete(socket))
    onConnection?.(connection)
  })
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(socket)
    if (connection === undefined) return
    connection.requests += 1
    answers.set(response, { connection, since: performance.now() })
    response.once('close', () => {
      answers.delete(response)
      connection.requests -= 1
      connection.bytesRead = socket.bytesRead
      onAnswered?.(connection)
    })
    onRequest?.(response)
  })
  const upgraded = ({ socket, headers }: IncomingMessage): void => {
    const connection = connections.get(socket)
    if (connection !== undefined) connection.upgrade = headers.upgrade?.toLowerCase() ?? ''
  }
  return { connections, answers, handshakes, upgraded }
}

/** A handshake ends with a connection of TLS in place of this one, which stays open below it. */
function keepWhileOpen(server: Server, handshakes: Set<Socket>): void {
  server.on('connection', (socket: Socket) => {
    handshakes.add(socket)
    socket.once('close', () => handshakes.delete(socket))
  })
}
