import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { writeFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { createArchive } from '@mochi/build-cache/testing'
import { listenOnFreePort, requireCommand } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { readLoad, writeLoad } from './loads.ts'
import { startNginx } from './nginx.ts'

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

describe.runIf(requireCommand('wrk', 'nginx'))('reading', () => {
  test('asks for the entries that there are, and counts the time of its clients', async () => {
    await using nginx = await startNginx()
    for (const name of ['1', '2', '3']) await writeFile(nginx.file(name), name)
    const load = readLoad({ url: `${nginx.url}/`, token: 'secret' }, { count: 3, seconds: 1 })

    expect(load.requests).toBeGreaterThan(0)
    expect(load.ms).toBeGreaterThanOrEqual(1000)
    if (process.platform === 'linux') expect(load.clients).toBeGreaterThan(0)
    else expect(load.clients).toBeUndefined()
  })

  test('an entry that is not there is no measurement', async () => {
    await using nginx = await startNginx()
    await writeFile(nginx.file('1'), 'one of two')
    const target = { url: `${nginx.url}/`, token: 'secret' }

    expect(() => readLoad(target, { count: 2, seconds: 1 })).toThrow(/\d+ of \d+ requests to http.* failed$/)
  })
})

async function serve(answer: (request: IncomingMessage) => Promise<number>) {
  return await listenOnFreePort(
    createServer((request, response) => {
      void answer(request).then((status) => response.writeHead(status).end('null'))
    }),
  )
}
