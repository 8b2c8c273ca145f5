import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { formatLock } from '@mochi/toolchain/lock-file'
import type { Artifact } from '@mochi/toolchain/lock-file'
import { PLATFORMS } from '@mochi/toolchain/platforms'
import { expect, test } from 'vitest'
import { packTarball, startUpstream } from '../upstream.fixture.ts'
import type { Upstream } from '../upstream.fixture.ts'
import { startMirroring } from './sync.fixture.ts'

const SITE_PATH = 'v26.0.0/node-v26.0.0-linux-x64.tar.gz'
const ARCHIVE = Buffer.from('the archive of node')

function digest(algorithm: 'sha256' | 'sha512', bytes: Buffer): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

/** A lock with npm, the same for each platform, node for one, and its archive of Node's site. */
function lockOf(archive: Buffer): string {
  const common = { keep: ['.'], links: { npm: 'bin/npm' } }
  const npm = digest('sha512', packTarball({ name: 'npm', version: '12.0.0' }))
  const node = digest('sha512', packTarball({ name: '@node/linux', version: '26.0.0' }))
  const onLinux = { tool: 'node', version: '26.0.0', platform: 'linux-x64', ...common } as const
  const artifacts: Artifact[] = [
    ...PLATFORMS.map((platform) => ({
      ...{ tool: 'npm', version: '12.0.0', platform, source: 'npm:npm@12.0.0', digest: npm },
      ...common,
    })),
    { ...onLinux, source: 'npm:@node/linux@26.0.0', digest: node },
    { ...onLinux, source: `node-site:${SITE_PATH}`, digest: digest('sha256', archive) },
  ]
  return formatLock({ artifacts, contents: [], scripts: [] })
}

function offer(site: Upstream, bytes: Buffer): void {
  site.misbehave(`/dist/${SITE_PATH}`, (_request, response) => {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
  })
}

/** A registry that mirrors a toolchain, and a download site of Node. */
async function startToolchain(lock = lockOf(ARCHIVE)) {
  await using started = new AsyncDisposableStack()
  const site = started.use(await startUpstream())
  offer(site, ARCHIVE)
  const registry = started.use(
    await startMirroring({
      packages: {},
      config: { lockFiles: [], toolchain: 'toolchain.lock', nodeSite: `${site.url}/dist` },
    }),
  )
  await registry.workspace.write({ 'toolchain.lock': lock })
  registry.upstream.publish('npm', { version: '12.0.0' })
  registry.upstream.publish('@node/linux', { version: '26.0.0' })
  const all = started.move()
  return Object.assign(registry, { site, [Symbol.asyncDispose]: () => all.disposeAsync() })
}

test('every archive of the toolchain is mirrored, and given where the installer asks, with upstream and site away', async () => {
  await using registry = await startToolchain()

  const { results, failed } = await registry.sync('toolchain')
  await registry.upstream.stop()
  await registry.site.stop()

  expect(failed).toEqual([])
  expect(results).toMatchObject([{ source: 'toolchain', done: 3, fetched: 3 }])
  expect((await registry.get(`/-/mochi/node/${SITE_PATH}`)).bytes).toEqual(ARCHIVE)
  for (const path of ['/npm/-/npm-12.0.0.tgz', '/@node/linux/-/linux-26.0.0.tgz'])
    expect((await registry.get(path)).status).toBe(200)
  expect((await registry.status()).sources).toMatchObject([{ source: 'toolchain', holding: { count: 3 } }])
  expect(await registry.plan()).toMatchObject([{ plan: { wanted: 3, held: 3 } }])
})

test('an archive with other bytes than the lock names is refused and never given', async () => {
  await using registry = await startToolchain()
  offer(registry.site, Buffer.from('of somebody else'))

  const { results, failed } = await registry.sync()

  expect(results).toMatchObject([{ failed: 1, fetched: 2 }])
  expect(failed).toMatchObject([{ what: SITE_PATH, reason: expect.stringMatching(/sha256/) as string }])
  expect((await registry.get(`/-/mochi/node/${SITE_PATH}`)).json()).toMatchObject({ code: 'REGISTRY_NO_ARCHIVE' })
})

test('an archive stays as it was when the lock names another one that cannot be had', async () => {
  await using registry = await startToolchain()
  await registry.sync()
  await registry.workspace.write({ 'toolchain.lock': lockOf(Buffer.from('another one')) })

  expect((await registry.sync()).results).toMatchObject([{ failed: 1 }])
  expect((await registry.get(`/-/mochi/node/${SITE_PATH}`)).bytes).toEqual(ARCHIVE)
})

test('a lock that is damaged or not there fails the run, and says so', async () => {
  await using registry = await startToolchain('generation 0\n')

  expect((await registry.sync()).failed[0]?.reason).toMatch(/^The lock is damaged/)
  await rm(registry.workspace.join('toolchain.lock'))
  expect((await registry.sync()).failed[0]?.reason).toMatch(/toolchain\.lock/)
})

test('a path that leads elsewhere is none', async () => {
  await using registry = await startToolchain()
  await registry.sync()

  for (const path of ['../mirror.json', '..%2fmirror.json', 'v26.0.0/%2e%2e/x', ''])
    expect((await registry.get(`/-/mochi/node/${path}`)).status).toBe(404)
})
