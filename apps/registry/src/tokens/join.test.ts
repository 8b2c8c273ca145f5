import { expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'

const MALLORY = JSON.stringify({ name: 'mallory', password: 'correct horse' })

/** A proxy on the same machine that does not say for whom it asks. */
test.each([
  ['localdev', 201, 200, 404],
  ['dev', 401, 403, 401],
  ['prod', 401, 403, 401],
] as const)('on a host of the flavor %s, who asks from loopback is answered as such', async (flavor, ...expected) => {
  await using registry = await startRegistry({ flavor })
  const headers = { 'content-type': 'application/json' }
  const join = await registry.get('/-/user/org.couchdb.user:mallory', { method: 'PUT', headers, body: MALLORY })
  const change = await registry.get('/-/mochi/mirror/sync', { method: 'POST' })
  const read = await registry.get('/@acme%2fnone')

  expect([join.status, change.status, read.status]).toEqual(expected)
})

test('what a registry that is no laptop’s holds of the company is shown where it was said that all may read it', async () => {
  const [closed, open] = await Promise.all(
    [{}, { anonymousRead: true }].map(async (config) => {
      await using registry = await startRegistry({ flavor: 'prod', config })
      await registry.publish('@acme/own', '1.0.0')
      return (await registry.get('/')).bytes.toString()
    }),
  )

  expect(closed).not.toContain('@acme/own')
  expect(open).toContain('@acme/own')
})
