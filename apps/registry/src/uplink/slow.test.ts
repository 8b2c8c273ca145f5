import { describe, expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'
import { startUpstream } from '../upstream.fixture.ts'
import type { Answer } from '../upstream.fixture.ts'

const DAY = 86_400_000
const SOON = 20
const AUDIT = '/-/npm/v1/security/advisories/bulk'

const silent: Answer = () => undefined
const stalls: Answer = (_request, response) => void response.writeHead(200).write('the first bytes')
const stallsInJson: Answer = (_request, response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).write('{')

describe('an upstream that', () => {
  const cases: [what: string, path: string, answer: Answer][] = [
    ['never answers for a packument', '/a', silent],
    ['stops amid a packument', '/a', stallsInJson],
    ['never answers for a tarball', '/a/-/a-1.0.0.tgz', silent],
    ['stops amid a tarball', '/a/-/a-1.0.0.tgz', stalls],
  ]
  test.each(cases)('%s is slow once its time is over', async (_what, path, answer) => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    upstream.misbehave(path, answer)
    const limits = path === '/a' ? { documentTime: SOON } : { tarballTime: SOON }
    await using registry = await startRegistry({ uplink: upstream.url, limits })

    const refused = await registry.get(path)

    expect(refused.status).toBe(503)
    expect(refused.json()).toMatchObject({ code: 'REGISTRY_NOT_MIRRORED', reason: 'slow' })
  })

  test('never answers an audit is slow once its time is over', async () => {
    await using upstream = await startUpstream()
    upstream.misbehave(AUDIT, silent)
    await using registry = await startRegistry({ uplink: upstream.url, limits: { answerTime: SOON } })

    expect((await registry.get(AUDIT, { method: 'POST', body: '{}' })).json()).toMatchObject({ reason: 'slow' })
  })

  test('is slow with news keeps nobody from what is held', async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now, patience: SOON })
    await registry.get('/a')
    upstream.misbehave('/a', silent)
    clock.now += DAY

    const held = await registry.get('/a')

    expect(held.json()).toMatchObject({ versions: { '1.0.0': {} } })
    expect(Object.fromEntries(held.headers)).toMatchObject({ 'x-mochi-uplink': 'away', age: '86400' })
  })
})
