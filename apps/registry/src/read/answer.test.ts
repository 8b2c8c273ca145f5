import { expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'

test.each([
  ['POST', '/-/npm/v1/hooks', 404, 'nothing that is here answers to POST'],
  ['PUT', '/-/team/acme/all/user', 404, 'nothing that is here answers to PUT'],
  ['PUT', '/pad', 403, 'only packages of @acme can be changed here'],
  ['DELETE', '/-/package/pad/dist-tags/next', 403, 'only packages of @acme can be changed here'],
])('%s %s is %d, and says why', async (method, path, status, error) => {
  await using registry = await startRegistry()
  const answer = await registry.get(path, { method })

  expect([answer.status, answer.json()['error']]).toEqual([status, error])
})

test('where the company has no scopes, it is said that no package can be changed', async () => {
  await using registry = await startRegistry({ config: { scopes: [] } })
  const answer = await registry.get('/pad', { method: 'PUT' })

  expect(answer.json()).toMatchObject({ error: 'no package can be changed here: mochi.json names no scopes' })
})
