import { createServer } from 'node:net'
import { listenOnFreePort } from '@mochi/testing'
import { createServer as createHttpServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { findPortHolder, listeningInodes } from './port-holder.ts'
import { bindSockets } from './sockets.ts'

const anyPort = { host: '127.0.0.1', port: 0 }

describe('The sockets of a service', () => {
  test('are public and internal, in this order, each with the address it got', () => {
    using sockets = bindSockets('foo', { internal: anyPort, public: anyPort })
    expect(sockets.names).toEqual(['public', 'internal'])
    expect(sockets.fds).toHaveLength(2)
    expect(sockets.addresses.public?.port).not.toBe(sockets.addresses.internal?.port)
    expect(sockets.addresses.public?.port).toBeGreaterThan(0)
  })

  test('a taken address is refused by name, with who holds it', async () => {
    await using taken = await listenOnFreePort(createHttpServer())
    expect(() => bindSockets('foo', { public: { host: '127.0.0.1', port: taken.port } })).toThrow(
      expect.objectContaining({
        code: 'SUPERVISE_PORT_TAKEN',
        message: `Expected 127.0.0.1:${taken.port} to be free for foo, found ${findPortHolder(taken.port)} listening there.`,
      }),
    )
    expect(findPortHolder(taken.port)).toMatch(new RegExp(`^process ${process.pid} \\(.+\\)$`))
  })

  test('are given back when one of them cannot be had', async () => {
    await using taken = await listenOnFreePort(createHttpServer())
    const { port } = freed()
    const wanted = { public: { host: '127.0.0.1', port }, internal: { host: '127.0.0.1', port: taken.port } }
    expect(() => bindSockets('foo', wanted)).toThrow(expect.objectContaining({ code: 'SUPERVISE_PORT_TAKEN' }))
    const server = createServer()
    await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server.close(resolve))))
  })

  test.each(['localhost', '192.0.2.1'])('%s is refused with the reason of the system', (host) => {
    expect(() => bindSockets('foo', { public: { host, port: 0 } })).toThrow(
      expect.objectContaining({ code: 'SUPERVISE_CANNOT_BIND' }),
    )
  })
})

/** An address that was free a moment ago. */
function freed(): { port: number } {
  using free = bindSockets('foo', { public: anyPort })
  return free.addresses.public ?? anyPort
}

test('a listening port is told from a connected one', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 20 4 30 10 -1
   2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0
`
  expect(listeningInodes(table, 8080)).toEqual(['socket:[111]'])
  expect(listeningInodes(table, 80)).toEqual(['socket:[333]'])
  expect(listeningInodes('', 80)).toEqual([])
})
