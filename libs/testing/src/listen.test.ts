import { createServer as createHttpServer } from 'node:http'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { listenOnFreePort } from './listen.ts'

test('an HTTP server answers at its URL, and no more after the block', async () => {
  let url: string
  {
    await using server = await listenOnFreePort(createHttpServer((_request, response) => response.end('hello')))
    url = server.url
    expect(await (await fetch(url)).text()).toBe('hello')
  }
  await expect(fetch(url)).rejects.toThrow()
})

test('a connection that is still open does not hold up the end of the block', async () => {
  const server = createServer()
  const listening = await listenOnFreePort(server)
  const accepted = once(server, 'connection')
  const socket = connect(listening.port, '127.0.0.1').on('error', () => undefined)
  await accepted
  const closed = once(socket, 'close')
  await listening[Symbol.asyncDispose]()
  await closed
  expect(server.listening).toBe(false)
})

test('a server that the test closed itself is no error', async () => {
  const server = createServer()
  await using _listening = await listenOnFreePort(server)
  server.close()
  await once(server, 'close')
})

test('two servers have two ports', async () => {
  await using one = await listenOnFreePort(createServer())
  await using other = await listenOnFreePort(createServer())
  expect(one.port).not.toBe(other.port)
})
