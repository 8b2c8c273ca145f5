import { createServer } from 'node:http'
import { listenOnFreePort } from '@mochi/testing'
import { expect, test } from 'vitest'
import { timeAnswer } from './answer.ts'

test('asks again where a connection is cut or refused with a status, until there is an answer', async () => {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers.connection)
    if (asked.length === 1) request.socket.destroy()
    else response.writeHead(asked.length === 2 ? 503 : 200).end('hello')
  })
  await using listening = await listenOnFreePort(server)
  expect(await timeAnswer(listening.url)).toBeGreaterThan(0)
  expect(asked).toEqual(['close', 'close', 'close'])
})

test('waits for an answer that takes its time, and counts the wait', async () => {
  const server = createServer((_request, response) => void setTimeout(() => response.end(), 100))
  await using listening = await listenOnFreePort(server)
  expect(await timeAnswer(listening.url)).toBeGreaterThanOrEqual(99)
})

test('ends where nothing ever answers, for no time of it would be true', async () => {
  const server = createServer((request) => request.socket.destroy())
  await using listening = await listenOnFreePort(server)
  await expect(timeAnswer(listening.url, 50)).rejects.toThrow('timeout')
})
