import { openDraft } from '@mochi/files'
import type { OpenDraft } from '@mochi/files'
import { describe, expect, test } from 'vitest'
import { pnpmLockOf, startMirroring, tarballsAsked } from './sync.fixture.ts'

const PACKAGES = {
  a: [{ version: '1.0.0' }, { version: '1.1.0' }],
  b: [{ version: '1.0.0' }],
  c: [{ version: '1.0.0' }],
}

describe('an upstream', () => {
  test('that dies half way leaves what came, says what did not, and the next run fetches only that', async () => {
    await using registry = await startMirroring({ packages: PACKAGES })
    const tarball = '/b/-/b-1.0.0.tgz'
    registry.upstream.misbehave(tarball, (_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 }).write('a')
      setImmediate(() => response.socket?.destroy())
    })
    registry.upstream.misbehave('/c', (request) => request.socket.destroy())

    const first = await registry.sync()
    registry.upstream.misbehave(tarball, undefined)
    registry.upstream.misbehave('/c', undefined)
    registry.upstream.asked.length = 0
    const second = await registry.sync()

    expect(first.failed.map(({ what }) => what).toSorted()).toEqual(['b', 'c'])
    expect(first.results).toMatchObject([{ done: 1, failed: 2 }])
    expect(second.results).toMatchObject([{ done: 3, failed: 0, fetched: 2 }])
    expect(tarballsAsked(registry.upstream)).toEqual(['/b/-/b-1.0.0.tgz', '/c/-/c-1.0.0.tgz'])
  })

  test('that gives other bytes when it is asked again is tried again, and never believed', async () => {
    await using registry = await startMirroring({ packages: { a: [{ version: '1.0.0' }] }, pauses: [0, 0] })
    const answers: number[] = []
    registry.upstream.misbehave('/a/-/a-1.0.0.tgz', (_request, response) => {
      answers.push(answers.length)
      response.end(`other bytes, the time ${answers.length}`)
    })

    const { failed } = await registry.sync()

    expect(answers).toHaveLength(3)
    expect(failed[0]?.reason).toMatch(/^Expected the tarball of a@1\.0\.0 to have the sha512 /)
    expect((await registry.status()).sources).toMatchObject([{ holding: { count: 0, bytes: 0 } }])
    registry.upstream.misbehave('/a/-/a-1.0.0.tgz', undefined)
    expect((await registry.sync()).results).toMatchObject([{ fetched: 1, failed: 0 }])
  })

  test('that lists what it cannot give is said, what else there is comes all the same, and nobody asks in vain thrice', async () => {
    await using registry = await startMirroring({ packages: PACKAGES, pauses: [0, 0] })
    registry.upstream.misbehave('/a/-/a-1.0.0.tgz', (_request, response) => response.writeHead(404).end())
    registry.upstream.remove('b')

    const { results, failed } = await registry.sync()

    expect(results).toMatchObject([{ done: 1, failed: 2 }])
    expect(failed.map(({ reason }) => reason).toSorted()).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+ answered 404$/),
      'upstream says that there is no package b',
    ])
    expect(tarballsAsked(registry.upstream)).toEqual(['/a/-/a-1.0.0.tgz', '/a/-/a-1.1.0.tgz', '/c/-/c-1.0.0.tgz'])
  })

  test('that lacks a locked version is said with what names it', async () => {
    await using registry = await startMirroring({ packages: { a: [{ version: '1.0.0' }] } })
    await registry.workspace.write({ 'pnpm-lock.yaml': pnpmLockOf({ a: [{ version: '3.0.0' }] }) })

    expect((await registry.sync()).failed).toEqual([
      { what: 'a', reason: 'upstream has no a@3.0.0, which pnpm-lock.yaml names' },
    ])
  })
})

test('of two runs at once the second is refused, and the first goes on', async () => {
  await using registry = await startMirroring({ packages: PACKAGES })
  const [asked, go] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  registry.upstream.misbehave('/c', (_request, response) => {
    asked.resolve(undefined)
    void go.promise.then(() => response.writeHead(404).end())
  })
  const first = registry.sync()
  await asked.promise

  const second = await registry.sync()
  go.resolve(undefined)

  expect([second.status, second.events]).toMatchObject([409, [{ code: 'MIRROR_BUSY' }]])
  expect((await first).results).toMatchObject([{ done: 2, failed: 1 }])
})

test('a disk that is full fails the run, takes nothing away, and the next run goes on when there is room', async () => {
  const disk = { open: openDraft }
  const full: OpenDraft = async (path) => ({
    ...(await openDraft(path)),
    write: () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
  })
  await using registry = await startMirroring({ packages: PACKAGES, openDraft: (path) => disk.open(path) })
  await registry.sync()
  const packages = { ...PACKAGES, d: [{ version: '1.0.0' }] }
  registry.upstream.publish('d', { version: '1.0.0' })
  await registry.workspace.write({ 'pnpm-lock.yaml': pnpmLockOf(packages) })
  disk.open = full

  expect((await registry.sync()).failed).toContainEqual({ what: 'd', reason: 'the disk is full' })
  expect((await registry.get('/a/-/a-1.0.0.tgz')).status).toBe(200)
  disk.open = openDraft
  expect((await registry.sync()).results).toMatchObject([{ fetched: 1, failed: 0 }])
})

describe('a budget of the disk', () => {
  const big = (version: string) => ({ version, tarball: Buffer.alloc(600_000, version) })

  test('is refused before it is passed, with what would be held and what may be', async () => {
    const packages = { a: [big('1.0.0')], b: [big('2.0.0')] }
    await using registry = await startMirroring({ packages, config: { diskBudget: 0.001 } })

    const { results, failed } = await registry.sync()

    expect(results).toMatchObject([{ done: 1, failed: 1 }])
    expect(failed[0]?.reason).toBe('1.2 MB would be held, and services.registry.diskBudget is 1 MB')
    expect((await registry.status()).sources).toMatchObject([{ holding: { count: 1, bytes: 600_000 } }])
  })

  test('counts what comes, where nobody says before how much it is', async () => {
    const packages = { a: [big('1.0.0')], b: [{ version: '2.0.0' }] }
    await using registry = await startMirroring({ packages, config: { diskBudget: 0.0005 } })
    registry.upstream.misbehave('/a/-/a-1.0.0.tgz', (_request, response) => {
      response.write(Buffer.alloc(300_000, '1'))
      response.end(Buffer.alloc(300_000, '1'))
    })

    expect((await registry.sync()).failed[0]?.reason).toMatch(/kB would be held, and .* is 500 kB$/)
    expect((await registry.get('/b/-/b-2.0.0.tgz')).status).toBe(200)
    expect((await registry.get('/a/-/a-1.0.0.tgz')).json()).toMatchObject({ reason: 'no-room' })
  })

  test('counts what is held since before the start', async () => {
    await using registry = await startMirroring({ packages: { a: [big('1.0.0')] } })
    await registry.sync()
    await registry.stop()

    const packages = { b: [big('2.0.0')] }
    await using again = await startMirroring({ packages, data: registry.data, config: { diskBudget: 0.001 } })
    expect((await again.sync()).failed[0]?.reason).toBe(
      '1.2 MB would be held, and services.registry.diskBudget is 1 MB',
    )
  })
})
