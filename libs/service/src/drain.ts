import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as TcpServer } from 'node:net'
import type { Socket } from 'node:net'

/** Milliseconds that a stop gives to what is in flight, unless it is told otherwise. */
export const DEADLINE = 10_000

export type DrainOptions = {
  /** Milliseconds in which an idle connection may still bring a request that was already on its way. */
  idleGrace?: number | undefined
  /** Milliseconds after which what is still open is cut. */
  deadline?: number | undefined
}

export type Drain = {
  /** True from the beginning of the stop: every answer says `connection: close` from then on. */
  readonly isStopping: boolean
  /** Stops accepting and resolves, with the number of connections that had to be cut, when none is open any more. */
  stop(options?: DrainOptions): Promise<number>
}

type Connection = { requests: number; bytesRead: number }

/**
 * Ends a server without losing a request. `server.close()` of node:http closes idle connections at once, so a request
 * that a client has just written to one is answered with a reset. Here the port is closed first (the method of node:net
 * does only that), connections that bring a request within the grace get their answer, with `connection: close`, idle
 * ones are closed after it, and what still works at the deadline is cut.
 *
 * Connections are counted here because `closeIdleConnections()` takes an answer that is ended but not yet flushed for
 * idle, and one that never brought a request for busy.
 */
export function createDrain(server: Server): Drain {
  const connections = new Map<Socket, Connection>()
  const state = { isStopping: false, graceIsOver: false }

  const closeIfIdle = (socket: Socket, connection: Connection): void => {
    if (connection.requests === 0 && connection.bytesRead === socket.bytesRead) socket.destroy()
  }
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { requests: 0, bytesRead: 0 })
    socket.once('close', () => connections.delete(socket))
  })
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(socket)
    if (connection === undefined) return
    connection.requests += 1
    response.once('close', () => {
      connection.requests -= 1
      connection.bytesRead = socket.bytesRead
      if (state.graceIsOver) closeIfIdle(socket, connection)
    })
  })

  const stop = async ({ idleGrace = 500, deadline = DEADLINE }: DrainOptions = {}): Promise<number> => {
    state.isStopping = true
    const closed = new Promise<void>((resolve) => TcpServer.prototype.close.call(server, () => resolve()))
    const cut = { count: 0 }
    const grace = setTimeout(() => {
      state.graceIsOver = true
      for (const [socket, connection] of connections) closeIfIdle(socket, connection)
    }, idleGrace)
    const end = setTimeout(() => {
      cut.count = connections.size
      for (const socket of connections.keys()) socket.destroy()
    }, deadline)
    await closed
    clearTimeout(grace)
    clearTimeout(end)
    return cut.count
  }
  return {
    get isStopping() {
      return state.isStopping
    },
    stop,
  }
}
