import { expect, test } from 'vitest'
import { startMirroring } from '../sync/sync.fixture.ts'
import { sendJson } from '../upstream.fixture.ts'

const DAY = 86_400_000

/** A registry that has mirrored two versions of `a`, the second published so many days ago. */
async function startHolding({ days = 2, config = {} }: { days?: number; config?: Record<string, unknown> } = {}) {
  const clock = { now: Date.now() }
  const young = { version: '1.1.0', time: new Date(clock.now - days * DAY).toISOString() }
  const packages = { a: [{ version: '1.0.0' }, young] }
  const registry = await startMirroring({ packages, now: () => clock.now, config })
  await registry.sync()
  return Object.assign(registry, {
    clock,
    /** Time passes in which upstream has become another. */
    later: () => (clock.now += 301_000),
  })
}

test('a version that upstream removes while it is young is kept and refused, and somebody is told', async () => {
  await using registry = await startHolding()
  registry.upstream.remove('a')
  registry.upstream.publish('a', { version: '1.0.0' })
  registry.later()

  expect((await registry.get('/a')).json()).toMatchObject({ 'dist-tags': { latest: '1.0.0' } })
  expect(Object.keys((await registry.get('/a')).json()['versions'] as object)).toEqual(['1.0.0'])
  const refused = await registry.get('/a/-/a-1.1.0.tgz')
  expect([refused.status, refused.json()['rule']]).toEqual([403, 'removed-upstream'])
  expect((await registry.status()).findings).toMatchObject([{ kind: 'quarantined', what: 'a@1.1.0', isOpen: false }])
  expect((await registry.get('/-/mochi/explain/a?wanted=1.1.0')).json()).toMatchObject({
    versions: [{ version: '1.1.0', rule: 'removed-upstream' }],
  })
})

test('a waiver gives what upstream has removed, from what is held', async () => {
  const expires = new Date(Date.now() + 5 * DAY).toISOString().slice(0, 10)
  const waivers = [{ package: 'a', range: '1.1.0', reviewer: 'ann', reason: 'is fine', expires }]
  await using registry = await startHolding({ config: { waivers } })
  registry.upstream.remove('a')
  registry.later()

  expect((await registry.get('/a/-/a-1.1.0.tgz')).status).toBe(200)
})

test('what upstream removes once it is old is given as before, in every form', async () => {
  await using registry = await startHolding({ days: 40 })
  registry.upstream.remove('a')
  registry.later()
  await registry.sync()

  for (const accept of ['application/json', 'application/vnd.npm.install-v1+json'])
    expect((await registry.get('/a', { headers: { accept } })).json()).toMatchObject({
      'dist-tags': { latest: '1.1.0' },
      versions: { '1.0.0': { version: '1.0.0' }, '1.1.0': { version: '1.1.0' } },
    })
  expect((await registry.get('/a/-/a-1.1.0.tgz')).status).toBe(200)
  expect((await registry.status()).findings).toMatchObject([{ kind: 'removed', what: 'a@1.0.0, 1.1.0', isOpen: false }])
})

test('what upstream removes and gives again is as it was', async () => {
  await using registry = await startHolding()
  const before = (await registry.get('/a')).json()
  registry.upstream.misbehave('/a', (_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}')
  })
  registry.later()
  expect((await registry.get('/a/-/a-1.1.0.tgz')).status).toBe(403)
  registry.upstream.misbehave('/a', undefined)
  registry.later()

  expect((await registry.get('/a')).json()).toEqual(before)
  expect((await registry.get('/a/-/a-1.1.0.tgz')).status).toBe(200)
})

test('a package that a security placeholder replaces is refused as a whole, however old it is', async () => {
  await using registry = await startHolding({ days: 400 })
  registry.upstream.remove('a')
  registry.upstream.publish('a', { version: '0.0.1-security' })
  registry.later()
  await registry.sync()

  for (const version of ['1.0.0', '1.1.0'])
    expect((await registry.get(`/a/-/a-${version}.tgz`)).json()).toMatchObject({ rule: 'removed-upstream' })
  expect((await registry.status()).findings).toMatchObject([{ kind: 'quarantined', what: 'a@1.0.0, 1.1.0' }])
})

test('a package whose versions were all unpublished is kept', async () => {
  await using registry = await startHolding({ days: 40 })
  const time = { unpublished: { name: 'bob', time: new Date().toISOString(), versions: ['1.0.0'] } }
  registry.upstream.misbehave('/a', (_request, response) => sendJson(response, { _id: 'a', name: 'a', time }))
  registry.later()

  expect((await registry.get('/a')).json()).toMatchObject({ 'dist-tags': { latest: '1.1.0' } })
})

test('other bytes for the same version are not taken, and somebody has to look, once', async () => {
  await using registry = await startHolding({ days: 40 })
  const ours = await registry.get('/a/-/a-1.1.0.tgz')
  const held = (await registry.get('/a/1.1.0')).json()
  registry.upstream.remove('a')
  registry.upstream.publish('a', { version: '1.0.0' }, { version: '1.1.0', tarball: Buffer.from('of somebody else') })
  registry.later()
  const { open } = await registry.sync()
  registry.later()
  await registry.sync()

  expect(open).toBe(1)
  expect((await registry.get('/a/1.1.0')).json()).toEqual(held)
  expect((await registry.get('/a/-/a-1.1.0.tgz')).bytes).toEqual(ours.bytes)
  const [finding] = (await registry.status()).findings
  expect(finding).toMatchObject({ source: 'packages', kind: 'changed', what: 'a@1.1.0', isOpen: true })
  const by = `id=${finding?.id ?? ''}&by=ann&reason=known`
  await registry.get(`/-/mochi/mirror/ack?${by}`, { method: 'POST' })
  expect((await registry.sync()).open).toBe(0)
})
