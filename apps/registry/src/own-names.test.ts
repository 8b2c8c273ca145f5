import { expect, test } from 'vitest'
import { startRegistry } from './registry.fixture.ts'
import type { Uplink } from './uplink/uplink.ts'
import { withoutOwn } from './uplink/without-own.ts'
import { startUpstream } from './upstream.fixture.ts'

test.each([
  '/@acme%2fsecret',
  '/@Acme%2fsecret',
  '/@ACME/secret/latest',
  '/@Acme/secret/-/secret-1.0.0.tgz',
  '/-/package/@acme%2fsecret/dist-tags',
  '/-/package/%40acme%2fsecret/dist-tags',
  '/-/package/%40Acme/secret/dist-tags',
  '/-/package/@acme/dist-tags/dist-tags',
  '/-/mochi/explain/%40Acme%2fsecret',
  '/-/npm/v1/attestations/@Acme%2fsecret@1.0.0',
])('%s is the company’s, of which nobody else is asked', async (path) => {
  await using upstream = await startUpstream()
  upstream.publish('@acme/secret', { version: '1.0.0' })
  await using registry = await startRegistry({ uplink: upstream.url })

  expect((await registry.get(path)).status).toBe(404)
  expect(upstream.asked).toEqual([])
})

test('tags of the company’s packages are changed by any spelling of their names', async () => {
  await using registry = await startRegistry()
  await registry.publish('@acme/secret', '1.0.0')
  const headers = { authorization: `Bearer ${registry.token('publish')}`, 'content-type': 'application/json' }
  const path = '/-/package/%40acme%2fsecret/dist-tags'

  expect((await registry.get(`${path}/next`, { method: 'PUT', headers, body: '"1.0.0"' })).status).toBe(201)
  expect((await registry.get(path)).json()).toEqual({ latest: '1.0.0', next: '1.0.0' })
})

test('an uplink is asked about nothing of the company’s, whoever has let such a question through', async () => {
  const asked: string[] = []
  const none = (what: string) => {
    asked.push(what)
    return Promise.reject(new Error('it was asked'))
  }
  const uplink: Uplink = {
    address: 'http://127.0.0.1',
    document: none,
    tarball: ({ name }) => none(name),
    json: none,
  }
  const guarded = withoutOwn(uplink, ['@acme'])
  const questions = [
    guarded.document('@Acme/a'),
    guarded.tarball({ name: '@acme/a', version: '1.0.0', url: '' }),
    guarded.json('/-/npm/v1/attestations/@acme%2fa@1.0.0'),
  ]

  for (const { status, reason } of (await Promise.allSettled(questions)) as PromiseRejectedResult[])
    expect([status, reason]).toEqual(['rejected', expect.objectContaining({ reason: 'denied' })])
  expect(asked).toEqual([])
})
