import type { Server, ServerResponse } from 'node:http'
import { Server as TcpServer } from 'node:net'
import { watchTraffic } from './traffic.ts'
import type { Connection, Traffic, TrafficEvents } from './traffic.ts'

/** Milliseconds that a stop gives to what is in flight, unless it is told otherwise. */
export const DEADLINE = 10_000

export type DrainOptions = {
  /** Milliseconds in which an idle connection may still bring a request that was already on its way. */
  idleGrace?: number | undefined
  /** Milliseconds after which what is still open is cut. */
  deadline?: number | undefined
}

export type Drain = {
  /** True from the beginning of the stop. */
  readonly isStopping: boolean
  readonly traffic: Traffic
  /** From now on every answer says `connection: close`; the port stays open. */
  announce(): void
  /** Stops accepting and resolves, with the number of connections that had to be cut, when none is open any more. */
  stop(options?: DrainOptions): Promise<number>
}

/**
 * Ends a server without losing a request. `server.close()` of node:http closes idle connections at once, so a request
 * that a client has just written to one is answered with a reset. Here the port is closed first (the method of node:net
 * does only that), connections that bring a request within the grace get their answer, with `connection: close`, idle
 * ones are closed after it, web sockets are told to close, and what still works at the deadline is cut.
 */
export function createDrain(server: Server, events: TrafficEvents = {}): Drain {
  const state = { isStopping: false, graceIsOver: false }
  const traffic = watchTraffic(server, {
    ...events,
    onRequest: (response) => {
      if (state.isStopping) sayClose(response)
      events.onRequest?.(response)
    },
    onAnswered: (answer) => {
      events.onAnswered?.(answer)
      if (state.graceIsOver) closeIfIdle(answer.connection)
    },
  })
  const announce = (): void => {
    state.isStopping = true
    for (const { answers } of traffic.connections.values()) for (const { response } of answers) sayClose(response)
  }
  const stop = async ({ idleGrace = 500, deadline = DEADLINE }: DrainOptions = {}): Promise<number> => {
    announce()
    const closed = new Promise<void>((resolve) => TcpServer.prototype.close.call(server, () => resolve()))
    const cut = { count: 0 }
    const grace = setTimeout(() => {
      state.graceIsOver = true
      for (const connection of traffic.connections.values()) closeIfIdle(connection)
    }, idleGrace)
    const end = setTimeout(() => {
      cut.count = traffic.connections.size
      for (const socket of traffic.connections.keys()) socket.destroy()
      for (const socket of traffic.handshakes) socket.destroy()
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
    ...{ traffic, announce, stop },
  }
}

function sayClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close')
}

function closeIfIdle(connection: Connection): void {
  const { socket, answers, bytesRead, upgrade } = connection
  if (upgrade !== undefined) endUpgraded(connection)
  else if (answers.length === 0 && bytesRead === socket.bytesRead) socket.destroy()
}

/** The close frame of a web socket, code 1001: "going away" (RFC 6455, 5.5.1 and 7.4.1). */
const GOING_AWAY = Buffer.from([0x88, 0x02, 0x03, 0xe9])

/** Whoever speaks the other protocol has had the grace to say goodbye itself; its client may still answer, until the deadline. */
function endUpgraded({ socket, upgrade }: Connection): void {
  if (socket.writableEnded) return
  if (upgrade === 'websocket') socket.write(GOING_AWAY)
  socket.end()
}
