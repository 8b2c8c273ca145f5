import { expect, test } from 'vitest'
import { pnpmLockOf, startMirroring } from './sync.fixture.ts'
import type { Mirroring } from './sync.fixture.ts'

const PACKAGES = { a: [{ version: '1.0.0' }, { version: '1.1.0' }], b: [{ version: '1.0.0' }] }

type Pruned = { readonly sources: readonly { readonly plan: { readonly items: { what: string }[]; bytes: number } }[] }

async function prune(registry: Mirroring, method: 'GET' | 'POST'): Promise<string[]> {
  const answer = (await registry.get('/-/mochi/mirror/prune', { method })).json() as unknown as Pruned
  return answer.sources.flatMap(({ plan }) => plan.items.map(({ what }) => what))
}

test('what nothing names any more is shown, removed when that is asked, and can be fetched again', async () => {
  await using registry = await startMirroring({ packages: PACKAGES })
  await registry.sync()
  await registry.workspace.write({ 'pnpm-lock.yaml': pnpmLockOf({ a: [{ version: '1.1.0' }] }) })

  expect(await prune(registry, 'GET')).toEqual(['a@1.0.0', 'b@1.0.0'])
  expect((await registry.status()).sources).toMatchObject([{ holding: { count: 3 } }])
  expect(await prune(registry, 'POST')).toEqual(['a@1.0.0', 'b@1.0.0'])
  expect(await prune(registry, 'GET')).toEqual([])
  expect((await registry.status()).sources).toMatchObject([{ holding: { count: 1 } }])
  for (const path of ['/a/-/a-1.0.0.tgz', '/a/-/a-1.1.0.tgz']) expect((await registry.get(path)).status).toBe(200)
})

test('what a listed lock file names is never removed', async () => {
  const lockFiles = ['pnpm-lock.yaml', 'team/pnpm-lock.yaml']
  await using registry = await startMirroring({ packages: PACKAGES, config: { lockFiles } })
  await registry.workspace.write({ 'team/pnpm-lock.yaml': pnpmLockOf(PACKAGES) })
  await registry.sync()
  await registry.workspace.write({ 'pnpm-lock.yaml': pnpmLockOf({}) })

  expect(await prune(registry, 'POST')).toEqual([])
})

test('what upstream has removed is never removed: nobody could fetch it again', async () => {
  await using registry = await startMirroring({ packages: PACKAGES })
  await registry.sync()
  registry.upstream.remove('b')
  await registry.sync()
  await registry.workspace.write({ 'pnpm-lock.yaml': pnpmLockOf({}) })

  expect(await prune(registry, 'POST')).toEqual(['a@1.0.0', 'a@1.1.0'])
  await registry.upstream.stop()
  expect((await registry.get('/b/-/b-1.0.0.tgz')).status).toBe(200)
})

test('nothing is removed while a lock file cannot be read', async () => {
  await using registry = await startMirroring({ packages: PACKAGES })
  await registry.sync()
  await registry.workspace.write({ 'pnpm-lock.yaml': 'packages: [' })

  const refused = await registry.get('/-/mochi/mirror/prune', { method: 'POST' })
  expect([refused.status, refused.json()['code']]).toEqual([500, 'LOCK_FILE_UNREADABLE'])
  expect((await registry.status()).sources).toMatchObject([{ holding: { count: 3 } }])
})
