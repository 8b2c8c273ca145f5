import { describe, expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'
import { answerJson, startUpstream } from '../upstream.fixture.ts'

const KEYS = { keys: [{ keyid: 'SHA256:x', keytype: 'ecdsa-sha2-nistp256', key: 'MFkw' }] }
const PATH = '/-/npm/v1/keys'

describe('the keys of signatures', () => {
  test('come from upstream, and from the disk while it is away, with their age', async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    upstream.misbehave(PATH, answerJson(KEYS))
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
    expect((await registry.get(PATH)).json()).toEqual(KEYS)
    await registry.stop()
    await upstream.stop()
    clock.now += 7_200_000
    await using again = await startRegistry({ uplink: upstream.url, data: registry.data, now: () => clock.now })

    const old = await again.get(PATH)

    expect(old.json()).toEqual(KEYS)
    expect([old.headers.get('age'), old.headers.get('x-mochi-uplink')]).toEqual(['7200', 'away'])
  })

  test('are not asked for again while they are fresh', async () => {
    await using upstream = await startUpstream()
    upstream.misbehave(PATH, answerJson(KEYS))
    await using registry = await startRegistry({ uplink: upstream.url })
    await registry.get(PATH)

    expect((await registry.get(PATH)).json()).toEqual(KEYS)
    expect(upstream.asked).toEqual([PATH])
  })

  test('that are none are neither given nor kept', async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
    upstream.misbehave(PATH, answerJson({ keys: 'none' }))
    expect((await registry.get(PATH)).json()).toMatchObject({ code: 'REGISTRY_UPSTREAM_AWAY', reason: 'invalid' })
    upstream.misbehave(PATH, answerJson(KEYS))
    await registry.get(PATH)
    clock.now += 301_000
    upstream.misbehave(PATH, answerJson(null))

    expect((await registry.get(PATH)).json()).toEqual(KEYS)
  })

  test('that upstream does not have are 404', async () => {
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url })

    expect((await registry.get(PATH)).status).toBe(404)
  })
})

describe('attestations', () => {
  test.each(['/-/npm/v1/attestations/@other%2fa@1.0.0', '/-/npm/v1/attestations/@other/a@1.0.0'])(
    'at %s are passed on',
    async (path) => {
      await using upstream = await startUpstream()
      upstream.misbehave('/-/npm/v1/attestations/@other/a@1.0.0', answerJson({ attestations: [] }))
      await using registry = await startRegistry({ uplink: upstream.url })

      expect((await registry.get(path)).json()).toEqual({ attestations: [] })
    },
  )

  test('are asked for once, and come from the disk while upstream is away; that there are none too', async () => {
    const clock = { now: Date.now() }
    const [some, none] = ['/-/npm/v1/attestations/a@1.0.0', '/-/npm/v1/attestations/b@1.0.0']
    await using upstream = await startUpstream()
    upstream.misbehave(some, answerJson({ attestations: [] }))
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
    for (const path of [some, some, none, none]) await registry.get(path)
    expect(upstream.asked).toEqual([some, none])
    await upstream.stop()
    clock.now += 7_200_000

    expect((await registry.get(some)).json()).toEqual({ attestations: [] })
    expect((await registry.get(none)).status).toBe(404)
    expect((await registry.get('/-/npm/v1/attestations/c@1.0.0')).status).toBe(503)
  })

  test.each(['@acme%2fa@1.0.0', '@acme/a@1.0.0', '..%2f..@1.0.0', 'a', 'a@..%2f'])(
    'of %s are never asked for',
    async (what) => {
      await using upstream = await startUpstream()
      await using registry = await startRegistry({ uplink: upstream.url })

      expect((await registry.get(`/-/npm/v1/attestations/${what}`)).status).toBe(404)
      expect(upstream.asked).toEqual([])
    },
  )
})
