import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGit } from './git.fixture.ts'
import type { TestGit } from './git.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'
import type { Upstream } from './upstream.fixture.ts'

const shared: { upstream?: Upstream; git?: TestGit; tip?: string; first?: string } = {}

beforeAll(async () => {
  shared.upstream = await startUpstream()
  shared.first = await shared.upstream.commit('main', 'first')
  shared.tip = await shared.upstream.commit('main', 'second')
  await shared.upstream.run(['update-ref', 'refs/heads/topic', shared.first])
  const { url } = shared.upstream
  shared.git = await startGit({ repositories: { up: url, never: url }, settings: { GIT_CLONES: '2' } })
  await shared.git.sync('?source=git:up')
})
afterAll(async () => {
  await shared.git?.[Symbol.asyncDispose]()
  await shared.upstream?.[Symbol.asyncDispose]()
})

const git = (): TestGit => {
  if (shared.git === undefined) throw new Error('The service does not run.')
  return shared.git
}

describe('a clone', () => {
  test.each([
    ['whole', []],
    ['shallow', ['--depth=1']],
    ['partial', ['--filter=blob:none']],
    ['of one branch', ['--single-branch', '--branch=topic']],
    ['by protocol 0', ['-c', 'protocol.version=0']],
    ['by protocol 1', ['-c', 'protocol.version=1']],
  ])('%s', async (what, options) => {
    const target = `clone-${what.replaceAll(' ', '-')}`

    expect(await git().clone('up', target, ...options)).toMatchObject({ code: 0, stderr: '' })
    expect((await git().git('-C', target, 'log', '-1', '--format=%B')).stdout.trim()).toMatch(/^(?:first|second)$/)
  })

  test('without .git in its name', async () => {
    expect(await git().git('clone', '--quiet', `${git().url}/up`, git().own.join('bare-name'))).toMatchObject({
      code: 0,
    })
  })
})

describe('what is refused', () => {
  test('a push, with where to push to', async () => {
    await git().clone('up', 'pusher')
    const pushed = await git().git('-C', 'pusher', 'push', 'origin', 'HEAD:refs/heads/mine')
    const answer = await git().ask('/up.git/git-receive-pack', { method: 'POST', body: '0000' })

    expect(pushed.code).not.toBe(0)
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'GIT_READ_ONLY' }])
  })

  test('a repository that is not listed: 404', async () => {
    const answer = await git().ask('/other.git/info/refs?service=git-upload-pack')

    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'GIT_NOT_LISTED' }])
  })

  test('one that was not mirrored yet: 503, never "does not exist"', async () => {
    const answer = await git().ask('/never.git/info/refs?service=git-upload-pack')

    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'GIT_NOT_MIRRORED' }])
  })

  test.each(['/up.git/../../mirror.json', '/up.git/HEAD', '/up.git/objects/info/packs', '/up.git/config'])(
    'the file %s',
    async (path) => {
      const response = await new Promise<number>((resolve, reject) => {
        const { hostname, port } = new URL(git().url)
        request({ hostname, port, path }, ({ statusCode = 0 }) => resolve(statusCode))
          .on('error', reject)
          .end()
      })

      expect(response).toBe(404)
    },
  )

  test('a run that another machine asks for', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.1' }
    const answer = await git().ask('/-/mochi/mirror/sync', { method: 'POST', headers })

    expect([answer.status, (await git().ask('/-/mochi/mirror', { headers })).status]).toEqual([403, 200])
  })
})

test('a body that is packed by gzip is read', async () => {
  const line = (text: string) => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`
  const body = `${line('command=ls-refs\n')}${line('agent=test\n')}0001${line('ref-prefix refs/heads/main\n')}0000`
  const headers = {
    'content-type': 'application/x-git-upload-pack-request',
    'content-encoding': 'gzip',
    'git-protocol': 'version=2',
  }
  const answer = await git().ask('/up.git/git-upload-pack', { method: 'POST', headers, body: gzipSync(body) })

  expect([answer.status, await answer.text()]).toEqual([200, `${line(`${shared.tip ?? ''} refs/heads/main\n`)}0000`])
})

test('as many clones as are allowed run at a time, the others wait, and all get everything', async () => {
  const clones = await Promise.all(Array.from({ length: 6 }, (_, index) => git().clone('up', `many-${index}`)))

  expect(clones.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0])
})

test('its figures are those of its status', async () => {
  const { gauges } = (await (await git().ask('/stats')).json()) as { gauges: Record<string, number> }
  const [up] = (await git().status()).sources

  expect(gauges).toMatchObject({
    'mirror.ok.git:up': 1,
    'mirror.ok.git:never': 0,
    'mirror.bytes.git:up': up?.holding.bytes,
  })
  expect(gauges['mirror.age.git:up']).toBeLessThan(600)
  expect(gauges['mirror.age.git:never']).toBeGreaterThan(1e9)
})
