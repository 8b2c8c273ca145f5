import { describe, expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'
import { LONG_AGO, startUpstream } from '../upstream.fixture.ts'

const HOUR = 3_600_000

describe('what the registry explains', () => {
  test('is the verdict of every version, newest first, and how old that is', async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    const young = new Date(clock.now - HOUR).toISOString()
    upstream.publish('a', { version: '1.0.0' }, { version: '1.1.0', time: young }, { version: '1.2.0', time: null })
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
    await registry.get('/a')
    clock.now += 60_000

    const explained = (await registry.get('/-/mochi/explain/a')).json()

    expect(explained).toMatchObject({
      package: 'a',
      versions: [
        { version: '1.1.0', allowed: false, rule: 'cooldown', published: young },
        { version: '1.0.0', allowed: true, published: LONG_AGO },
        { version: '1.2.0', allowed: false, rule: 'undated' },
      ],
      tags: [{ tag: 'latest', given: '1.2.0', becomes: '1.0.0' }],
      age: 60,
      isAway: false,
    })
  })

  test('is of the versions that are asked about, also while upstream is away', async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    upstream.publish('@other/a', { version: '1.0.0' }, { version: '2.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
    await registry.get('/@other%2fa')
    await upstream.stop()
    clock.now += HOUR

    const explained = (await registry.get('/-/mochi/explain/@other%2fa?wanted=%5E1.0.0')).json()

    expect(explained).toMatchObject({ versions: [{ version: '1.0.0', allowed: true }], age: 3600, isAway: true })
  })

  test.each([
    ['/-/mochi/explain/nothing', 404, 'REGISTRY_NO_PACKAGE'],
    ['/-/mochi/explain/@acme%2fa', 404, 'REGISTRY_OWN_PACKAGE'],
    ['/-/mochi/explain/..%2f..', 404, 'REGISTRY_NO_PACKAGE'],
    ['/-/mochi/explain/a?wanted=what', 400, 'REGISTRY_RANGE_INVALID'],
    [`/-/mochi/explain/a?wanted=${'0||'.repeat(86)}`, 400, 'REGISTRY_RANGE_TOO_LONG'],
  ])('of %s is %d %s', async (path, status, code) => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url })

    const answer = await registry.get(path)

    expect({ status: answer.status, code: answer.json()['code'] }).toEqual({ status, code })
  })
})

describe('the dist-tags of a package', () => {
  test('are those that point at allowed versions', async () => {
    await using upstream = await startUpstream()
    const young = new Date(Date.now() - HOUR).toISOString()
    upstream.publish('@other/a', { version: '1.0.0' }, { version: '1.1.0', time: young })
    await using registry = await startRegistry({ uplink: upstream.url })

    for (const path of ['/-/package/@other%2fa/dist-tags', '/-/package/@other/a/dist-tags'])
      expect((await registry.get(path)).json(), path).toEqual({ latest: '1.0.0' })
  })

  test('of what is not there are 404, and 503 where upstream is away', async () => {
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url })

    expect((await registry.get('/-/package/a/dist-tags')).status).toBe(404)
    expect((await registry.get('/-/package/..%2fa/dist-tags')).status).toBe(404)
    await upstream.stop()
    expect((await registry.get('/-/package/b/dist-tags')).status).toBe(503)
  })

  test('are not changed for packages of others', async () => {
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url })
    const init = { method: 'PUT', body: '"1.0.0"' }

    expect((await registry.get('/-/package/a/dist-tags/latest', init)).json()).toMatchObject({
      code: 'REGISTRY_SCOPE_FOREIGN',
    })
  })
})
