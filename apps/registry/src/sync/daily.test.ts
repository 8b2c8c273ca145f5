import { expect, test, vi } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'
import { askOf, pnpmLockOf, startMirroring } from './sync.fixture.ts'
import type { Mirroring } from './sync.fixture.ts'

const HOUR = 3_600_000
const PACKAGES = { a: [{ version: '1.0.0' }] }

async function gaugesOf(registry: Pick<Mirroring, 'get'>): Promise<Record<string, number>> {
  return ((await registry.get('/stats')).json() as { gauges: Record<string, number> }).gauges
}

test('figures say how old each source is, what it holds, and whether the last run went well', async () => {
  const clock = { now: Date.now() }
  await using registry = await startMirroring({ packages: PACKAGES, now: () => clock.now })
  await registry.status()
  await vi.waitFor(async () => expect((await gaugesOf(registry))['mirror.ok.packages']).toBe(0))
  await registry.sync()
  clock.now += 2 * HOUR

  await vi.waitFor(async () => expect((await gaugesOf(registry))['mirror.ok.packages']).toBe(1))
  expect(await gaugesOf(registry)).toMatchObject({
    'mirror.age.packages': 7_200,
    'mirror.bytes.packages': (await registry.status()).sources[0]?.holding.bytes,
  })
  await registry.workspace.write({ 'pnpm-lock.yaml': pnpmLockOf({ ...PACKAGES, b: [{ version: '1.0.0' }] }) })
  await registry.sync()
  await vi.waitFor(async () => expect((await gaugesOf(registry))['mirror.ok.packages']).toBe(0))
})

test('a process that does not write has no figures of its own that could be old', async () => {
  await using first = await startMirroring({ packages: PACKAGES })
  await first.status()
  const config = { workspace: first.workspace.path, toolchain: '' }
  await using second = await startRegistry({ data: first.data, config })
  await askOf(second).status()

  expect(await gaugesOf(second)).not.toHaveProperty('mirror.age.packages')
})

test('the page says how old everything is, what failed, and what waits for somebody', async () => {
  const clock = { now: Date.now() }
  const lockFile = pnpmLockOf({ a: [{ version: '1.0.0', tarball: Buffer.from('of another day') }] })
  await using registry = await startMirroring({ packages: PACKAGES, lockFile, now: () => clock.now })
  const pageOf = async () => (await registry.get('/')).bytes.toString('utf8')
  expect(await pageOf()).toContain('error: never')
  await registry.sync()

  expect(await pageOf()).toMatch(/1 failed, first a: a@1\.0\.0 of upstream has other bytes/)
  expect(await pageOf()).toMatch(/open: \.\/mochi mirror ack changed-[0-9a-f]{12}/)
  await registry.workspace.write({ 'pnpm-lock.yaml': pnpmLockOf(PACKAGES) })
  await registry.sync()
  clock.now += 27 * HOUR
  expect(await pageOf()).toContain('error: 1 d 3 h')
})

test('a clock that is set back a day makes nothing younger, and the next run goes as ever', async () => {
  const clock = { now: Date.now() }
  await using registry = await startMirroring({ packages: PACKAGES, now: () => clock.now })
  await registry.sync()
  clock.now -= 24 * HOUR

  expect((await registry.status()).sources).toMatchObject([{ age: 0, isStale: false }])
  expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
  expect((await registry.sync()).results).toMatchObject([{ failed: 0 }])
  expect((await registry.status()).next).toBeGreaterThan(clock.now)
})
