import { randomBytes } from 'node:crypto'
import { open, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { createFolder, listenOnFreePort } from '@mochi/testing'
import { expect, test } from 'vitest'
import { sendFile } from './index.ts'

const SIZE = 3_000_000

test('many clients at once get all bytes of a file', async () => {
  await using server = await serve((size) => ({ from: 0, to: size }))

  const answers = await Promise.all(Array.from({ length: 40 }, () => fetch(server.url).then((each) => each.bytes())))

  for (const bytes of answers) expect(Buffer.compare(bytes, server.bytes)).toBe(0)
})

test('a client gets the part that it asks for', async () => {
  await using server = await serve(() => ({ from: 1_000_000, to: 1_000_500 }))

  const bytes = await (await fetch(server.url)).bytes()

  expect(Buffer.compare(bytes, server.bytes.subarray(1_000_000, 1_000_500))).toBe(0)
})

test('the answer of a file that has become shorter is cut, not filled up', async () => {
  await using server = await serve((size) => ({ from: 0, to: size }))
  await truncate(server.path, 100_000)

  await expect(fetch(server.url).then((each) => each.bytes())).rejects.toThrow()
})

test('it ends when the client leaves', async () => {
  await using server = await serve((size) => ({ from: 0, to: size }))
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  socket.once('data', () => socket.destroy())

  await expect(server.sent()).resolves.toBeUndefined()
})

test('it ends at once where the client has left before', async () => {
  await using server = await serve((size) => ({ from: 0, to: size }), { whenGone: true })
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  socket.once('data', () => socket.destroy())

  await expect(server.sent()).resolves.toBeUndefined()
})

test('an answer of no bytes ends', async () => {
  await using server = await serve(() => ({ from: 7, to: 7 }))

  const response = await fetch(server.url)

  expect(await response.text()).toBe('')
})

async function serve(partOf: (size: number) => { from: number; to: number }, { whenGone = false } = {}) {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const bytes = randomBytes(SIZE)
  const path = folder.join('file')
  await writeFile(path, bytes)
  const handle = started.use(await open(path, 'r'))
  const { promise: sent, resolve } = Promise.withResolvers<undefined>()
  const server = createServer((_request, response: ServerResponse) => {
    const part = partOf(SIZE)
    response.writeHead(200, { 'content-length': part.to - part.from })
    const send = (): void => void sendFile(response, { descriptor: handle.fd, ...part }).then(() => resolve(undefined))
    if (whenGone) response.once('close', send).flushHeaders()
    else send()
  })
  const { url } = started.use(await listenOnFreePort(server))
  const all = started.move()
  return { url, path, bytes, sent: () => sent, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
