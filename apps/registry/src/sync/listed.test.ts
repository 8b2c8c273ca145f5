import { expect, test } from 'vitest'
import { startMirroring, tarballsAsked } from './sync.fixture.ts'

/** `a` needs `b`, by another name, which needs `c` or what is the company's; `d` is listed by a tag. */
const PACKAGES = {
  a: [
    { version: '1.0.0' },
    { version: '1.2.0', manifest: { dependencies: { called: 'npm:b@^2.0.0' } } },
    { version: '2.0.0' },
  ],
  b: [
    {
      version: '2.1.0',
      manifest: { optionalDependencies: { c: '*' }, dependencies: { '@acme/own': '1', a: '^1.0.0' } },
    },
  ],
  c: [{ version: '0.1.0' }],
  d: [{ version: '3.0.0' }],
}
const CONFIG = { lockFiles: [], packages: ['a@^1.0.0', 'd@latest'] }

test('of listed packages the highest version in a range is mirrored, with everything that it depends on', async () => {
  await using registry = await startMirroring({ packages: PACKAGES, config: CONFIG })

  const before = await registry.plan()
  const { results, failed } = await registry.sync()

  expect(before).toMatchObject([{ plan: { wanted: 2, held: 0, items: [{ id: 'a@^1.0.0' }, { id: 'd@latest' }] } }])
  expect(failed).toEqual([])
  expect(results).toMatchObject([{ done: 2, fetched: 4 }])
  expect(tarballsAsked(registry.upstream)).toEqual([
    '/a/-/a-1.2.0.tgz',
    '/b/-/b-2.1.0.tgz',
    '/c/-/c-0.1.0.tgz',
    '/d/-/d-3.0.0.tgz',
  ])
  expect(await registry.plan()).toMatchObject([{ plan: { wanted: 4, held: 4 } }])
})

test('a newer version in the range is mirrored by the next run, and what it took the place of may be removed', async () => {
  await using registry = await startMirroring({ packages: PACKAGES, config: CONFIG })
  await registry.sync()
  registry.upstream.publish('d', { version: '3.1.0' })

  expect((await registry.sync()).results).toMatchObject([{ fetched: 1, failed: 0 }])
  expect((await registry.get('/-/mochi/mirror/prune')).json()).toMatchObject({
    sources: [{ plan: { items: [{ what: 'd@3.0.0' }] } }],
  })
})

test('a range in which upstream has nothing is said', async () => {
  await using registry = await startMirroring({ packages: PACKAGES, config: { lockFiles: [], packages: ['c@^9.0.0'] } })

  expect((await registry.sync()).failed).toEqual([
    { what: 'c@^9.0.0', reason: 'upstream has no version of c in ^9.0.0' },
  ])
})
