import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createArchive } from '@mochi/build-cache/testing'
import { listenOnFreePort } from '@mochi/testing'
import { expect, test } from 'vitest'
import { writeLoad } from './loads.ts'

const archives = ['one', 'other'].map((text) => createArchive({ 'dist/main.js': text }))

test('each entry is written once, with its token and bytes of its own', async () => {
  const written: string[] = []
  const digests = new Set<string>()
  await using server = await serve(async (request) => {
    written.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    digests.add(
      createHash('sha256')
        .update(await buffer(request))
        .digest('hex'),
    )
    return 200
  })
  const load = await writeLoad({ url: `${server.url}/v1/`, token: 'secret' }, { archives, from: 7, count: 300 })

  expect(load.requests).toBe(300)
  expect(load.ms).toBeGreaterThan(0)
  expect(written.sort()).toEqual(Array.from({ length: 300 }, (_, index) => `PUT /v1/${index + 7} Bearer secret`).sort())
  expect(digests.size).toBe(300)
})

test('a write that is refused is no measurement', async () => {
  await using server = await serve(async (request) => {
    await buffer(request)
    return request.url === '/5' ? 409 : 200
  })

  await expect(writeLoad({ url: `${server.url}/`, token: 'secret' }, { archives, from: 1, count: 10 })).rejects.toThrow(
    /PUT .*\/5 was answered with 409/,
  )
})

async function serve(answer: (request: IncomingMessage) => Promise<number>) {
  return await listenOnFreePort(
    createServer((request, response) => {
      void answer(request).then((status) => response.writeHead(status).end('null'))
    }),
  )
}
