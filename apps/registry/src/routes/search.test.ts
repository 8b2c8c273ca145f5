import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'
import { answerJson, LONG_AGO, startUpstream } from '../upstream.fixture.ts'

type Registry = Awaited<ReturnType<typeof startRegistry>>

function found(names: readonly string[], total = names.length) {
  return { objects: names.map((name) => hit(name, '1.0.0')), total, time: '' }
}

function hit(name: string, version: string, date = LONG_AGO) {
  return { package: { name, version, date }, score: {} }
}

async function search(registry: Registry, query: string) {
  const answer = await registry.get(`/-/v1/search?${query}`)
  const { objects, total } = answer.json() as unknown as ReturnType<typeof found>
  return { names: objects.map((each) => each.package.name), total, uplink: answer.headers.get('x-mochi-uplink') }
}

describe('a search', () => {
  test('has the company’s packages before upstream’s, page by page', async () => {
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url })
    await registry.publish('@acme/pay-a', '1.0.0')
    await registry.publish('@acme/pay-b', '1.0.0')
    upstream.misbehave('*', answerJson(found(['pay', 'pay-c'], 70)))

    expect(await search(registry, 'text=pay&size=3')).toEqual({
      names: ['@acme/pay-a', '@acme/pay-b', 'pay'],
      total: 72,
      uplink: null,
    })
    expect((await search(registry, 'text=pay&size=2&from=1&quality=0.6&x=y')).names).toEqual(['@acme/pay-b', 'pay'])
    expect((await search(registry, 'text=pay&size=2&from=4')).names).toEqual(['pay', 'pay-c'])
    expect(upstream.asked).toEqual([
      '/-/v1/search?text=pay&size=1&from=0',
      '/-/v1/search?text=pay&size=1&from=0&quality=0.6',
      '/-/v1/search?text=pay&size=2&from=2',
    ])
  })

  test('has the company’s alone while upstream is away, and says so', async () => {
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url })
    await registry.publish('@acme/pay', '1.0.0')
    await upstream.stop()

    expect(await search(registry, 'text=pay')).toEqual({ names: ['@acme/pay'], total: 1, uplink: 'away' })
  })

  test.each(['@acme/pay', 'scope:acme', 'acme pay', '%40ACME%2Fpay', 'acme-pay'])(
    'for %s is not sent to upstream',
    async (text) => {
      await using upstream = await startUpstream()
      await using registry = await startRegistry({ uplink: upstream.url })

      expect((await search(registry, `text=${encodeURIComponent(text)}`)).uplink).toBe('not-asked')
      expect(upstream.asked).toEqual([])
    },
  )

  test('shows nothing that upstream has under a name of the company, and nothing that is no package', async () => {
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url })
    const { objects } = found(['@acme/pay', 'pay'])
    upstream.misbehave('*', answerJson({ objects: [null, {}, { package: null }, ...objects], total: 'many' }))

    expect(await search(registry, 'text=pay')).toEqual({ names: ['pay'], total: 2, uplink: null })
  })

  test('by who may not read the company’s packages finds upstream’s', async () => {
    await using upstream = await startUpstream()
    upstream.misbehave('*', answerJson(found(['pay'])))
    await using registry = await startRegistry({ uplink: upstream.url, config: { anonymousRead: false } })
    await registry.publish('@acme/pay', '1.0.0')

    expect((await search(registry, 'text=pay')).names).toEqual(['pay'])
  })

  test('while the company’s packages are away is not answered with upstream’s alone', async () => {
    await using folder = await createFolder({ company: 'is no folder' })
    await using upstream = await startUpstream()
    await using registry = await startRegistry({ uplink: upstream.url, data: folder.path })

    const answer = await registry.get('/-/v1/search?text=pay')

    expect(answer.json()).toMatchObject({ code: 'REGISTRY_COMPANY_AWAY' })
    expect(upstream.asked).toEqual([])
  })

  test('shows no version that the policy refuses, but the newest that it allows', async () => {
    await using upstream = await startUpstream()
    const young = new Date().toISOString()
    upstream.publish('young', { version: '1.0.0' }, { version: '1.1.0', time: young })
    upstream.publish('undated', { version: '1.0.0' }, { version: '1.1.0', time: null })
    upstream.publish('evil', { version: '1.0.0' })
    upstream.publish('new', { version: '1.0.0', time: young })
    upstream.misbehave(
      '/-/v1/search?text=a&size=20&from=0',
      answerJson({
        objects: [
          hit('fine', '3.0.0'),
          hit('young', '1.1.0', young),
          hit('undated', '1.1.0', 'soon'),
          hit('evil', '1.0.0'),
          hit('new', '1.0.0', young),
          hit('../young', '1.1.0', young),
        ],
        total: 6,
      }),
    )
    const blocked = [{ package: 'evil', reason: 'steals tokens' }]
    await using registry = await startRegistry({ uplink: upstream.url, config: { blocked } })

    const { objects } = (await registry.get('/-/v1/search?text=a')).json() as unknown as ReturnType<typeof found>

    expect(objects).toEqual([hit('fine', '3.0.0'), hit('young', '1.0.0'), hit('undated', '1.0.0')])
    expect(upstream.asked.slice(1).toSorted()).toEqual(['/evil', '/new', '/undated', '/young'])
  })

  test('for a book is refused', async () => {
    await using registry = await startRegistry()

    expect((await registry.get(`/-/v1/search?text=${'a'.repeat(300)}`)).status).toBe(400)
  })
})
