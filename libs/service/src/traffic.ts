import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { tls } from './built-ins.ts'

/** One connection, and what tells an idle one from a busy one. */
export type Connection = {
  readonly socket: Socket
  /** Those that have not gone out yet, the oldest first: more than one when a client does not wait for the first. */
  readonly answers: OpenAnswer[]
  /** When the last answer had gone out; more than that is a request that is just coming in. */
  bytesRead: number
  /** Beyond the number that is served. */
  isSurplus: boolean
  /** It carries another protocol now. */
  upgrade?: string
}

/** An answer that has not gone out yet, and what gives it, once that is known. */
export type OpenAnswer = {
  readonly response: ServerResponse
  readonly connection: Connection
  readonly since: number
  reply?: { send(error: Error): unknown }
  /** Where it is counted by its status when it has gone out. */
  counts?: Record<string, number> | undefined
}

/** Everything that is open at a server. */
export type Traffic = {
  readonly connections: ReadonlyMap<Socket, Connection>
  /** Connections whose TLS handshake is not over. */
  readonly handshakes: ReadonlySet<Socket>
  /** To be told by whoever lets a request become another protocol. */
  upgraded(request: IncomingMessage): void
}

export type TrafficEvents = {
  onConnection?: (connection: Connection) => void
  onRequest?: (response: ServerResponse) => void
  /** An answer has gone out, or its client has left. */
  onAnswered?: (answer: OpenAnswer) => void
  /** Something was done to an answer that it cannot take, such as writing behind its end. */
  onFault?: (error: Error) => void
}

/** Where an answer stands at its response: what is told of a response finds it without a search. */
const ANSWER = Symbol('the answer of a response')

type TracedResponse = ServerResponse & { [ANSWER]?: OpenAnswer }

/** The answer that a response is; none where a request has come in without a connection, as in a test. */
export function answerOf(response: ServerResponse): OpenAnswer | undefined {
  return (response as TracedResponse)[ANSWER]
}

/**
 * Watches a server, from before its first connection. Node's own `closeIdleConnections()` takes an answer that is ended but
 * not yet flushed for idle, and a connection that never brought a request for busy.
 *
 * Answers stand in a short list for each connection. One map of them all would cost a third of the time of a request:
 * the tables that such a map leaves behind, when it grows and shrinks all the time, keep what they held alive until a full
 * garbage collection.
 */
export function watchTraffic(server: Server, { onConnection, onRequest, onAnswered, onFault }: TrafficEvents): Traffic {
  const connections = new Map<Socket, Connection>()
  const handshakes = new Set<Socket>()
  const isTls = server instanceof tls.Server
  if (isTls) keepWhileOpen(server, handshakes)
  server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
    const connection: Connection = { socket, answers: [], bytesRead: 0, isSurplus: false }
    connections.set(socket, connection)
    socket.once('close', () => connections.delete(socket))
    onConnection?.(connection)
  })
  // Shared by all responses, and neither is removed: closures of each and `once` would cost as much as all else here.
  function closed(this: ServerResponse): void {
    const answer = answerOf(this)
    if (answer === undefined) return
    const { connection } = answer
    removeAnswer(connection, answer)
    connection.bytesRead = connection.socket.bytesRead
    onAnswered?.(answer)
  }
  const failed = (error: Error): void => onFault?.(error)
  server.prependListener('request', ({ socket }: IncomingMessage, response: TracedResponse) => {
    const connection = connections.get(socket)
    if (connection === undefined) return
    const answer: OpenAnswer = { response, connection, since: performance.now() }
    response[ANSWER] = answer
    connection.answers.push(answer)
    response.on('close', closed).on('error', failed)
    onRequest?.(response)
  })
  const upgraded = ({ socket, headers }: IncomingMessage): void => {
    const connection = connections.get(socket)
    if (connection !== undefined) connection.upgrade = headers.upgrade?.toLowerCase() ?? ''
  }
  return { connections, handshakes, upgraded }
}

function removeAnswer({ answers }: Connection, answer: OpenAnswer): void {
  const at = answers.indexOf(answer)
  if (at === 0) answers.shift()
  else if (at > 0) answers.splice(at, 1)
}

/** A handshake ends with a connection of TLS in place of this one, which stays open below it. */
function keepWhileOpen(server: Server, handshakes: Set<Socket>): void {
  server.on('connection', (socket: Socket) => {
    handshakes.add(socket)
    socket.once('close', () => handshakes.delete(socket))
  })
}
