import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createMirrorRoutes } from './index.ts'
import type { Mirrors, SyncEvent } from './index.ts'
import { createMirrors, fakeSource } from './mirrors.fixture.ts'

async function serve(mirrors: Mirrors, mayChange = true) {
  const routes = createMirrorRoutes({ mirrors, mayChange: () => mayChange, stopping: new AbortController().signal })
  const answered: Promise<void>[] = []
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://mirror')
    const route = routes.find(({ method, path }) => method === request.method && path === pathname)
    if (route === undefined) response.writeHead(404).end()
    else answered.push(route.answer(request, response, searchParams))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    ask: (method: string, tail: string) =>
      fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/-/mochi/mirror${tail}`, { method }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await Promise.all(answered)
    },
  }
}

const finding = { id: 'x', kind: 'changed', what: 'a', detail: 'has other bytes', isOpen: true }

test('a run tells an event in each line', async () => {
  await using rig = await createMirrors(fakeSource())
  await using server = await serve(rig.mirrors)

  const text = await (await server.ask('POST', '/sync')).text()

  const events = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SyncEvent)
  expect(events[0]).toMatchObject({ is: 'planned', plan: { wanted: 2 } })
  expect(events.at(-1)).toMatchObject({ is: 'ended', open: 0 })
})

test('a run ends when the client leaves', async () => {
  const ended = Promise.withResolvers<undefined>()
  const began = Promise.withResolvers<undefined>()
  const apply = (_id: string, { signal }: { signal: AbortSignal }) =>
    new Promise<{ fetched: number }>((_resolve, reject) => {
      began.resolve(undefined)
      signal.addEventListener('abort', () => {
        ended.resolve(undefined)
        reject(new Error('ended'))
      })
    })
  await using rig = await createMirrors(fakeSource({ items: ['a'], apply }))
  await using server = await serve(rig.mirrors)

  const response = await server.ask('POST', '/sync')
  await began.promise
  await response.body?.cancel()

  await ended.promise
})

test('status, plans and what is to be removed are read by everybody', async () => {
  await using rig = await createMirrors(fakeSource())
  await using server = await serve(rig.mirrors, false)

  expect(await (await server.ask('GET', '')).json()).toMatchObject({ sources: [{ source: 'packages', isStale: true }] })
  expect(await (await server.ask('GET', '/plan?source=packages')).json()).toMatchObject({
    sources: [{ plan: { wanted: 2 } }],
  })
  expect(await (await server.ask('GET', '/prune')).json()).toEqual({ sources: [] })
})

test('nothing is changed by those who may not', async () => {
  await using rig = await createMirrors(fakeSource())
  await using server = await serve(rig.mirrors, false)

  for (const tail of ['/sync', '/ack', '/prune']) expect((await server.ask('POST', tail)).status).toBe(403)
  expect((await rig.mirrors.status()).sources).toMatchObject([{ last: undefined }])
})

test('what is found is settled by its id', async () => {
  await using rig = await createMirrors(fakeSource({ apply: () => ({ fetched: 0, findings: [finding] }) }))
  await using server = await serve(rig.mirrors)
  await rig.sync()

  const answer = await server.ask('POST', '/ack?id=x&by=ann&reason=known')

  expect(await answer.json()).toMatchObject({ settled: [{ id: 'x', acknowledged: { by: 'ann', reason: 'known' } }] })
})

test.each([
  ['GET', '/plan?source=foo', 404, 'MIRROR_NO_SOURCE'],
  ['POST', '/sync?source=foo', 404, 'MIRROR_NO_SOURCE'],
  ['POST', '/ack?id=foo', 404, 'MIRROR_NO_FINDING'],
])('%s %s is refused with %s %s', async (method, tail, status, code) => {
  await using rig = await createMirrors(fakeSource())
  await using server = await serve(rig.mirrors)

  const answer = await server.ask(method, tail)

  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ code })
})
