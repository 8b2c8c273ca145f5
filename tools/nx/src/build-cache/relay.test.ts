import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { toBytes } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { startRelay } from './relay.ts'
import type { Opened } from './relay.ts'
import type { CacheRun } from './run.ts'

const ARCHIVE = Buffer.from('archive')

describe('the relay', () => {
  test('answers a run what the cache has', async () => {
    await using relay = await startRelay()
    const opened = relay.open(runOf({ get: (hash) => Promise.resolve(hash === '1' ? toBytes(ARCHIVE) : undefined) }))

    const found = await ask(opened, '1')
    expect([found.status, await found.text(), found.headers.get('content-length')]).toEqual([200, 'archive', '7'])
    expect((await ask(opened, '2')).status).toBe(404)
  })

  test('hands on what is written', async () => {
    await using relay = await startRelay()
    const written: string[] = []
    const put = (hash: string, { chunks }: Bytes) => (
      written.push(`${hash} ${Buffer.concat(chunks).toString()}`),
      Promise.resolve(409 as const)
    )
    const opened = relay.open(runOf({ put }))

    expect((await ask(opened, '1', { method: 'PUT', body: ARCHIVE })).status).toBe(409)
    expect(written).toEqual(['1 archive'])
  })

  test('keeps runs apart', async () => {
    await using relay = await startRelay()
    const [one, other] = [relay.open(runOf({ get: () => Promise.resolve(toBytes(ARCHIVE)) })), relay.open(runOf({}))]

    expect(one.url).not.toBe(other.url)
    expect([(await ask(one, '1')).status, (await ask(other, '1')).status]).toEqual([200, 404])
  })

  test.each<[string, (opened: Opened) => Opened]>([
    ['another path', (opened) => ({ ...opened, url: `${opened.url}x` })],
    ['another token', (opened) => ({ ...opened, token: 'other' })],
    ['no token', (opened) => ({ ...opened, token: 'undefined' })],
  ])('has nothing for who comes with %s, and says what Nx takes as harmless', async (_, change) => {
    await using relay = await startRelay()
    const opened = change(
      relay.open(runOf({ get: () => Promise.resolve(toBytes(ARCHIVE)), put: () => Promise.resolve(200) })),
    )

    expect((await ask(opened, '1')).status).toBe(404)
    expect((await ask(opened, '1', { method: 'PUT', body: ARCHIVE })).status).toBe(403)
  })

  test('has nothing for a run that has ended', async () => {
    await using relay = await startRelay()
    const opened = relay.open(runOf({ get: () => Promise.resolve(toBytes(ARCHIVE)) }))
    relay.close(opened)

    expect((await ask(opened, '1')).status).toBe(404)
    expect((await ask(opened, '1', { method: 'PUT', body: ARCHIVE })).status).toBe(403)
  })

  test('goes on when Nx is killed in the middle of what it writes', async () => {
    await using relay = await startRelay()
    const opened = relay.open(runOf({ get: () => Promise.resolve(toBytes(ARCHIVE)) }))
    const { url, token } = opened
    const headers = { authorization: `Bearer ${token}`, 'content-length': 100 }
    const half = request(`${url}/v1/cache/1`, { method: 'PUT', headers }).on('error', () => undefined)
    await new Promise((resolve) => half.write('half', resolve))
    half.destroy()

    expect((await ask(opened, '1')).status).toBe(200)
  })

  test.each(['abc', '-1', '123456789012345678901', '1/2', ''])('takes no %j for a hash', async (hash) => {
    await using relay = await startRelay()
    const opened = relay.open(runOf({ get: () => Promise.resolve(toBytes(ARCHIVE)) }))

    expect((await ask(opened, hash)).status).toBe(404)
  })
})

function runOf(run: Partial<CacheRun>): CacheRun {
  return {
    begin: () => Promise.resolve(),
    get: () => Promise.resolve(undefined),
    put: () => Promise.resolve(403),
    finish: () => Promise.reject(new Error('not asked for')),
    ...run,
  }
}

async function ask(
  { url, token }: Opened,
  hash: string,
  init: { method?: string; body?: Buffer<ArrayBuffer> } = {},
): Promise<Response> {
  return await fetch(`${url}/v1/cache/${hash}`, { ...init, headers: { authorization: `Bearer ${token}` } })
}
