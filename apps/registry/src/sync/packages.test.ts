import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createClient } from '../client.fixture.ts'
import { startRegistry } from '../registry.fixture.ts'
import { startUpstream } from '../upstream.fixture.ts'
import { askOf, pnpmLockOf, startMirroring, tarballsAsked } from './sync.fixture.ts'

const PATIENCE = { timeout: 120_000 }
const PACKAGES = { a: [{ version: '1.0.0' }, { version: '1.1.0' }], '@other/b': [{ version: '2.0.0' }] }

test('what a lock file names is mirrored, and pnpm installs it from the mirror alone', PATIENCE, async () => {
  await using upstream = await startUpstream()
  upstream.publish('a', { version: '1.0.0', manifest: { dependencies: { '@other/b': '^2.0.0' } } })
  upstream.publish('@other/b', { version: '2.0.0' }, { version: '2.1.0' })
  await using before = await startRegistry({ uplink: upstream.url })
  await using author = await createClient('pnpm', { url: before.url })
  const workspace = await author.project({ a: '^1.0.0' })
  await author.ok(['install', '--no-frozen-lockfile'], { cwd: workspace })
  await using registry = await startRegistry({ uplink: upstream.url, config: { workspace } })

  const { results, failed } = await askOf(registry).sync('packages')
  await upstream.stop()
  await rm(join(workspace, 'node_modules'), { recursive: true })
  await using client = await createClient('pnpm', { url: registry.url })
  await client.ok(['install', '--frozen-lockfile'], { cwd: workspace })

  expect(failed).toEqual([])
  expect(results).toMatchObject([{ source: 'packages', done: 2, of: 2, fetched: 2, failed: 0 }])
  expect(JSON.parse(await readFile(join(workspace, 'node_modules/a/package.json'), 'utf8'))).toMatchObject({
    version: '1.0.0',
  })
})

test('a plan says what is wanted and held, and changes nothing', async () => {
  await using registry = await startMirroring({ packages: PACKAGES })

  const plans = [await registry.plan(), await registry.plan()]
  await registry.sync()
  const after = await registry.plan()

  for (const plan of plans)
    expect(plan).toMatchObject([
      {
        source: 'packages',
        plan: {
          ...{ wanted: 3, held: 0, unobtainable: [] },
          items: [
            { id: 'a', what: 'fetch a 1.0.0, 1.1.0', fetches: 2 },
            { id: '@other/b', what: 'fetch @other/b 2.0.0', fetches: 1 },
          ],
        },
      },
    ])
  expect(after).toMatchObject([{ plan: { wanted: 3, held: 3, items: [{ fetches: 0 }, { fetches: 0 }] } }])
})

test('a run with nothing new asks for each package whether it has changed, and fetches nothing', async () => {
  await using registry = await startMirroring({ packages: PACKAGES })
  await registry.sync()
  registry.upstream.asked.length = 0

  const { results } = await registry.sync()

  expect(results).toMatchObject([{ done: 2, fetched: 0, bytes: 0, failed: 0 }])
  expect(registry.upstream.asked.toSorted()).toEqual(['/@other/b', '/a'])
})

test('a status says what is held, how old it is, and how the last run went', async () => {
  const clock = { now: Date.now() }
  await using registry = await startMirroring({ packages: PACKAGES, now: () => clock.now })
  const before = await registry.status()
  await registry.sync()
  clock.now += 3_600_000

  const [packages] = (await registry.status()).sources

  expect(before.sources).toMatchObject([{ source: 'packages', isStale: true, holding: { count: 0, bytes: 0 } }])
  expect(before.next).toBeGreaterThan(clock.now - 3_600_000)
  expect(packages).toMatchObject({ age: 3_600_000, isStale: false, last: { done: 2, fetched: 3 } })
  expect(packages?.holding.count).toBe(3)
  expect(packages?.holding.bytes).toBe(packages?.last?.bytes)
})

test('a version that has to wait is mirrored, and given once it may be', async () => {
  const clock = { now: Date.now() }
  const young = { version: '1.0.0', time: new Date(clock.now).toISOString() }
  await using registry = await startMirroring({ packages: { a: [young] }, now: () => clock.now })
  await registry.sync()
  await registry.upstream.stop()

  expect((await registry.get('/a/-/a-1.0.0.tgz')).json()).toMatchObject({ rule: 'cooldown' })
  clock.now += 25 * 3_600_000
  expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
})

test('of versions for other machines alone the packument is mirrored, about which pnpm asks, and no tarball', async () => {
  const lockFile = `lockfileVersion: '9.0'
packages:
  'a-linux@1.0.0':
    resolution: {integrity: sha512-YQ==}
    os: [linux]
    cpu: [x64]
    libc: [musl]
  'a-win@1.0.0':
    resolution: {integrity: sha512-YQ==}
    os: [win32]
  '@acme/own@1.0.0':
    resolution: {integrity: sha512-YQ==}
`
  await using registry = await startMirroring({ lockFile })

  expect(await registry.plan()).toMatchObject([
    {
      plan: {
        wanted: 0,
        items: [
          { id: 'a-linux', fetches: 0 },
          { id: 'a-win', fetches: 0 },
        ],
      },
    },
  ])
})

test('what a lock file names otherwise than upstream has it is not fetched, and somebody has to look', async () => {
  const lockFile = pnpmLockOf({ a: [{ version: '1.0.0', tarball: Buffer.from('of another day') }] })
  await using registry = await startMirroring({ packages: { a: [{ version: '1.0.0' }] }, lockFile })

  const { results, failed, open } = await registry.sync()

  expect(results).toMatchObject([{ fetched: 0, failed: 1 }])
  expect(failed[0]?.reason).toBe('a@1.0.0 of upstream has other bytes than pnpm-lock.yaml names')
  expect(open).toBe(1)
  expect((await registry.status()).findings).toMatchObject([{ kind: 'changed', what: 'a@1.0.0', isOpen: true }])
  expect(tarballsAsked(registry.upstream)).toEqual([])
})

test('what no registry has is said, and the run fails for it', async () => {
  const lockFile = `lockfileVersion: '9.0'
packages:
  one@git+https://host.example/one.git#3f0d3c2b1a:
    resolution: {commit: 3f0d3c2b1a, repo: https://host.example/one.git, type: git}
  two@https://host.example/two.tgz:
    resolution: {integrity: sha512-YQ==, tarball: https://host.example/two.tgz}
  three@file:../three:
    resolution: {directory: ../three, type: directory}
`
  await using registry = await startMirroring({ lockFile })

  const { results, failed } = await registry.sync()

  expect(results).toMatchObject([{ failed: 3 }])
  expect(failed.map(({ reason }) => reason)).toEqual([
    'pnpm-lock.yaml: it comes from a git repository',
    'pnpm-lock.yaml: it is a tarball at an address of its own',
    'pnpm-lock.yaml: it is a file or folder beside the project',
  ])
  expect((await registry.status()).sources).toMatchObject([{ isStale: true, last: { failed: 3 } }])
})

test('a lock file that is corrupt fails the run and says where, and what is held is served', async () => {
  await using registry = await startMirroring({ packages: PACKAGES })
  await registry.sync()
  await registry.workspace.write({ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\npackages: [" })

  const { results, failed } = await registry.sync()

  expect(results).toMatchObject([{ failed: 1 }])
  expect(failed[0]?.reason).toMatch(/^Expected a lock file in pnpm-lock\.yaml, found /)
  expect((await registry.plan())[0]).toMatchObject({ fault: failed[0]?.reason })
  expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
})

test('without a workspace nothing is mirrored, and nothing is old', async () => {
  await using registry = await startRegistry()

  expect(await askOf(registry).status()).toMatchObject({ sources: [], findings: [] })
})

test('lock files of several teams are mirrored together', async () => {
  const packages = { ...PACKAGES, c: [{ version: '3.0.0' }] }
  const lockFiles = ['pnpm-lock.yaml', 'team/pnpm-lock.yaml']
  await using registry = await startMirroring({ packages, lockFile: pnpmLockOf(PACKAGES), config: { lockFiles } })
  await registry.workspace.write({ 'team/pnpm-lock.yaml': pnpmLockOf({ c: packages.c, a: [{ version: '1.0.0' }] }) })

  const { results } = await registry.sync()

  expect(results).toMatchObject([{ done: 3, fetched: 4, failed: 0 }])
})
