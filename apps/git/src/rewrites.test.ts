import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startGit } from './git.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'

const DAY = Date.UTC(2026, 10, 23, 12)
const ARCHIVE = 'refs/mochi/archive/2026-11-23'

/** An upstream of two commits on main and a mirror of it, whose clock stands still until it is moved. */
async function start() {
  const upstream = await startUpstream()
  const first = await upstream.commit('main', 'first')
  const second = await upstream.commit('main', 'second')
  const clock = { now: DAY }
  const git = await startGit({ repositories: { up: upstream.url }, now: () => clock.now })
  const refs = async (): Promise<Record<string, string>> => {
    const { stdout } = await git.held('up', 'for-each-ref', '--format=%(refname) %(objectname)')
    const lines = stdout.split('\n').filter((line) => line !== '')
    return Object.fromEntries(lines.map((line) => line.split(' ') as [string, string]))
  }
  return {
    upstream,
    first,
    second,
    clock,
    git,
    refs,
    [Symbol.asyncDispose]: async () => {
      await git[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

describe('the old commit stays, and somebody is told,', () => {
  test('when a branch is force-pushed', async () => {
    await using rig = await start()
    await rig.git.sync()
    await rig.upstream.run(['update-ref', 'refs/heads/main', rig.first])
    const third = await rig.upstream.commit('main', 'third')
    const { open, events } = await rig.git.sync()

    expect(await rig.refs()).toEqual({ 'refs/heads/main': third, [`${ARCHIVE}/heads/main`]: rig.second })
    expect(open).toBe(1)
    const found = events.flatMap((event) => (event.is === 'found' ? [event.finding] : []))
    expect(found).toMatchObject([{ kind: 'rewritten', what: 'up: branch main', isOpen: true }])
    expect(found[0]?.detail).toContain(`${rig.second.slice(0, 12)} stays as ${ARCHIVE}/heads/main`)
    expect((await rig.git.sync()).open).toBe(1)
    await rig.git.ask('/-/mochi/mirror/ack?by=ann&reason=asked', { method: 'POST' })
    expect((await rig.git.sync()).open).toBe(0)
  })

  test('when a branch is deleted, and it can be fetched from us', async () => {
    await using rig = await start()
    const topic = await rig.upstream.commit('topic', 'a topic', { parent: false })
    await rig.git.sync()
    await rig.upstream.run(['update-ref', '-d', 'refs/heads/topic'])

    expect((await rig.git.sync()).open).toBe(1)
    await rig.git.clone('up', 'clone')
    await rig.git.git('-C', 'clone', 'fetch', '--quiet', 'origin', `${ARCHIVE}/heads/topic`)
    expect((await rig.git.git('-C', 'clone', 'rev-parse', 'FETCH_HEAD')).stdout).toBe(`${topic}\n`)
  })

  test('when a tag is moved, also forward', async () => {
    await using rig = await start()
    await rig.upstream.run(['tag', 'v1', rig.first])
    await rig.git.sync()
    await rig.upstream.run(['tag', '--force', 'v1', rig.second])

    expect((await rig.git.sync()).open).toBe(1)
    expect(await rig.refs()).toMatchObject({ 'refs/tags/v1': rig.second, [`${ARCHIVE}/tags/v1`]: rig.first })
  })

  test('twice on one day, and after that day', async () => {
    await using rig = await start()
    await rig.git.sync()
    const rewritten: string[] = []
    for (const [index, days] of [0, 0, 1].entries()) {
      rig.clock.now += days * 86_400_000
      rewritten.push((await rig.upstream.run(['rev-parse', 'main'])).trim())
      await rig.upstream.run(['update-ref', 'refs/heads/main', rig.first])
      await rig.upstream.commit('main', `again ${index}`)
      await rig.git.sync()
    }

    expect(await rig.refs()).toMatchObject({
      [`${ARCHIVE}/heads/main`]: rewritten[0],
      [`${ARCHIVE}.2/heads/main`]: rewritten[1],
      'refs/mochi/archive/2026-11-24/heads/main': rewritten[2],
    })
  })

  test('when the clock went back a day', async () => {
    await using rig = await start()
    await rig.git.sync()
    rig.clock.now -= 86_400_000
    await rig.upstream.run(['update-ref', 'refs/heads/main', rig.first])

    expect(await rig.git.sync()).toMatchObject({ open: 1, results: [{ failed: 0 }] })
    expect(await rig.refs()).toMatchObject({ 'refs/mochi/archive/2026-11-22/heads/main': rig.second })
    expect((await rig.git.status()).sources).toMatchObject([{ age: 0, isStale: false }])
  })

  test('when a branch goes and another one needs its folder', async () => {
    await using rig = await start()
    const old = await rig.upstream.commit('a', 'a file')
    await rig.git.sync()
    await rig.upstream.run(['update-ref', '-d', 'refs/heads/a'])
    await rig.upstream.run(['update-ref', 'refs/heads/a/b', rig.first])
    await rig.git.sync()
    await rig.upstream.run(['update-ref', '-d', 'refs/heads/a/b'])
    await rig.git.sync()

    expect(await rig.refs()).toEqual({
      'refs/heads/main': rig.second,
      [`${ARCHIVE}/heads/a`]: old,
      [`${ARCHIVE}.2/heads/a/b`]: rig.first,
    })
  })
})

test('a branch that goes forward is no rewrite', async () => {
  await using rig = await start()
  await rig.git.sync()
  const third = await rig.upstream.commit('main', 'third')

  expect(await rig.git.sync()).toMatchObject({ open: 0, results: [{ fetched: 1, failed: 0 }] })
  expect(await rig.refs()).toEqual({ 'refs/heads/main': third })
})

test('the default branch follows upstream', async () => {
  await using rig = await start()
  await rig.git.sync()
  await rig.upstream.run(['branch', '--move', 'main', 'trunk'])
  await rig.upstream.run(['symbolic-ref', 'HEAD', 'refs/heads/trunk'])
  await rig.git.sync()

  expect((await rig.git.held('up', 'symbolic-ref', 'HEAD')).stdout).toBe('refs/heads/trunk\n')
})

test('with nothing new, upstream is asked once and gives nothing', async () => {
  await using rig = await start()
  await rig.git.sync()
  const before = rig.upstream.asked.length

  expect(await rig.git.sync()).toMatchObject({ open: 0, results: [{ fetched: 0, failed: 0 }] })
  const asked = rig.upstream.asked.slice(before)
  expect(asked.filter((line) => line.startsWith('GET'))).toHaveLength(1)
})

describe('what cannot be had is said, and the rest is there:', () => {
  test('a branch whose name some disks do not tell from another', async () => {
    await using rig = await start()
    await rig.upstream.run(['update-ref', 'refs/heads/MAIN', rig.first])
    await rig.upstream.run(['pack-refs', '--all'])
    const { open, events } = await rig.git.sync()

    expect(open).toBe(1)
    expect(JSON.stringify(events)).toContain('some disks do not tell it from refs/heads/main')
    expect(await rig.refs()).toEqual({ 'refs/heads/main': rig.second })
  })

  test('a branch that is no commit', async () => {
    await using rig = await start()
    const blob = await rig.upstream.run(['hash-object', '-w', '--stdin'], 'no commit')
    await writeFile(join(rig.upstream.path, 'refs/heads/odd'), `${blob}\n`)
    const { open, events } = await rig.git.sync()

    expect(open).toBe(1)
    expect(JSON.stringify(events)).toContain('it is no commit')
    expect(await rig.refs()).toEqual({ 'refs/heads/main': rig.second })
  })

  test('files that stand in Git LFS', async () => {
    await using rig = await start()
    await rig.upstream.commit('main', '*.bin filter=lfs diff=lfs merge=lfs -text', { file: 'large/.gitattributes' })
    const { open, events } = await rig.git.sync()

    expect(open).toBe(1)
    expect(JSON.stringify(events)).toContain('lfs-missing')
  })
})

describe('ours stays as it is, and the run fails,', () => {
  test('when upstream is empty all at once', async () => {
    await using rig = await start()
    await rig.git.sync()
    await rig.upstream.run(['update-ref', '-d', 'refs/heads/main'])
    const { results } = await rig.git.sync()

    expect(results).toMatchObject([
      { failed: 1, faults: [{ reason: expect.stringContaining('upstream is empty now') as string }] },
    ])
    expect(await rig.refs()).toEqual({ 'refs/heads/main': rig.second })
  })

  test('when upstream is another repository', async () => {
    await using rig = await start()
    await rig.git.sync()
    await rig.upstream.commit('main', 'of somebody else', { parent: false })
    const { results } = await rig.git.sync()

    expect(results).toMatchObject([
      { failed: 1, faults: [{ reason: expect.stringContaining('shares no commit') as string }] },
    ])
    expect(await rig.refs()).toEqual({ 'refs/heads/main': rig.second })
  })

  test('when upstream is away, and is served with its age', async () => {
    await using rig = await start()
    await rig.git.sync()
    rig.upstream.play((_request, response) => {
      response.writeHead(503).end()
      return true
    })
    rig.clock.now += 27 * 3_600_000
    const { results } = await rig.git.sync()
    const answer = await rig.git.ask('/up.git/info/refs?service=git-upload-pack')

    expect(results).toMatchObject([{ failed: 1, faults: [{ reason: expect.stringContaining('503') as string }] }])
    expect([answer.status, answer.headers.get('age'), answer.headers.get('x-mochi-mirror-age')]).toEqual([
      200,
      '97200',
      '97200',
    ])
    expect((await rig.git.status()).sources).toMatchObject([{ isStale: true }])
  })
})
