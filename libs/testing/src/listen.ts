import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'

/** A server on a free port of the loopback interface, closed with all its connections at the end of the block. */
export type Listening = AsyncDisposable & {
  readonly port: number
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string
}

/** Rejects when the server cannot listen. Takes servers of `node:net` and `node:http`. */
export async function listenOnFreePort(server: Server & { closeAllConnections?(): void }): Promise<Listening> {
  const sockets = new Set<{ destroy(): unknown }>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
