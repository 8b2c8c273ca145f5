import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { startCache } from '../cache.fixture.ts'
import type { CacheOptions } from '../cache.fixture.ts'
import { grantOfClaims } from './grant-of-claims.ts'
import type { IssuerRules } from './grant-of-claims.ts'
import { startIssuer } from './issuer.fixture.ts'
import { createOidc } from './verify-oidc.ts'

const GITHUB = { repository: 'acme/app', repository_id: '1', run_id: '12' }
const PUSH = { ...GITHUB, ref: 'refs/heads/main', ref_type: 'branch', event_name: 'push' }
const rules = { project: { repository: 'acme/app' }, main: { ref: 'refs/heads/main' } }

async function startBoth(more: Record<string, unknown> = {}, options: CacheOptions = {}) {
  const issuer = await startIssuer()
  const oidc = JSON.stringify([{ issuer: issuer.url, audience: 'the cache', ...rules, ...more }])
  const cache = await startCache({ environment: { CACHE_OIDC: oidc }, ...options })
  return {
    ...{ issuer, cache },
    [Symbol.asyncDispose]: async () => {
      await cache[Symbol.asyncDispose]()
      await issuer[Symbol.asyncDispose]()
    },
  }
}

describe('a run of a CI', () => {
  test('of the main branch writes what all read', async () => {
    await using both = await startBoth()
    const { cache, issuer } = both
    const written = await cache.put('1', await issuer.sign(PUSH))
    const read = await cache.get('1', 'reader')

    expect(written.status).toBe(200)
    expect(read.headers.get('x-mochi-writer')).toBe('github acme/app run 12')
  })

  test('of a pull request writes what only that pull request reads', async () => {
    await using both = await startBoth()
    const { cache, issuer } = both
    const pull = (number: number) =>
      issuer.sign({ ...GITHUB, ref: `refs/pull/${number}/merge`, event_name: 'pull_request' })
    const written = await cache.put('1', await pull(7))

    expect(written.status).toBe(200)
    expect((await cache.get('1', await pull(7))).headers.get('x-mochi-scope')).toBe('branch:pr-7')
    expect((await cache.get('1', await pull(8))).status).toBe(404)
    expect((await cache.get('1', await issuer.sign(PUSH))).status).toBe(404)
  })

  test('is asked for its keys once, and for new ones when it has signed with one of those', async () => {
    await using both = await startBoth()
    const { cache, issuer } = both
    for (const jti of ['1', '2', '3']) await cache.get('1', await issuer.sign({ ...PUSH, jti }))

    expect(issuer.state.asked).toBe(2)
  })

  test('exchanges its token, which is good for minutes, for one of the same rights that lasts as long as a run', async () => {
    await using both = await startBoth()
    const { cache, issuer } = both
    const pull = await issuer.sign({ ...GITHUB, ref: 'refs/pull/7/merge', event_name: 'pull_request' })
    const answer = await cache.post('/v1/token', {}, pull)
    const { token, scope } = answer.json() as { token: string; scope: string }

    expect({ status: answer.status, scope }).toEqual({ status: 200, scope: 'branch:pr-7' })
    expect((await cache.put('1', token)).status).toBe(200)
    expect((await cache.get('1', pull)).headers.get('x-mochi-writer')).toBe('github acme/app run 12')
    expect((await cache.get('1', await issuer.sign(PUSH))).status).toBe(404)
  })

  test('cannot exchange what it got for another: it would never end', async () => {
    await using both = await startBoth()
    const { cache, issuer } = both
    const { token } = (await cache.post('/v1/token', {}, await issuer.sign(PUSH))).json() as { token: string }

    expect((await cache.post('/v1/token', {}, token)).status).toBe(403)
    expect((await cache.post('/v1/token', {}, 'reader')).status).toBe(403)
    expect((await cache.post('/v1/token', {}, await issuer.sign({ ...PUSH, exp: 1 }))).status).toBe(401)
  })

  test('is taken by that of two entries of its issuer that it was made for', async () => {
    await using issuer = await startIssuer()
    const place = { issuer: issuer.url, main: rules.main }
    const { verify } = createOidc(
      [
        { ...place, audience: 'the cache', project: { repository: 'acme/app' } },
        { ...place, audience: 'the other cache', project: { repository: 'acme/other' } },
      ],
      Date.now,
    )
    const other = { ...PUSH, repository: 'acme/other', aud: 'the other cache' }

    expect((await verify(await issuer.sign(PUSH))).writer).toBe('github acme/app run 12')
    expect((await verify(await issuer.sign(other))).writer).toBe('github acme/other run 12')
    await expect(verify(await issuer.sign({ ...other, repository: 'evil/app' }))).rejects.toThrow('another project')
    await expect(verify(await issuer.sign({ ...other, aud: 'nobody' }))).rejects.toThrow('made for something else')
  })

  test('is known by keys that have moved, ten minutes later', async () => {
    const clock = { now: Date.now() }
    await using issuer = await startIssuer()
    const { verify } = createOidc([{ issuer: issuer.url, audience: 'the cache', ...rules }], () => clock.now)
    const claims = { ...PUSH, exp: Math.floor(clock.now / 1000) + 3_600 }
    await verify(await issuer.sign(claims))
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    Object.assign(issuer.state, { pair: { privateKey, publicKey }, kid: 'two', keysAt: '/moved' })
    const moved = await issuer.sign(claims)
    await expect(verify(moved)).rejects.toThrow(/BUILD_CACHE_TOKEN_REFUSED|Expected/)
    clock.now += 600_000

    expect(await verify(moved)).toMatchObject({ role: 'main' })
  })

  test('can say where its keys are', async () => {
    await using issuer = await startIssuer()
    const place = { issuer: issuer.url, audience: 'the cache', ...rules }
    const { verify } = createOidc([{ ...place, jwks: `${issuer.url}/keys` }], Date.now)

    expect(await verify(await issuer.sign(PUSH))).toMatchObject({ role: 'main' })
    expect(issuer.state.asked).toBe(1)
  })
})

describe('a token of a CI is refused', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['of another project', { ...PUSH, repository: 'evil/app' }, 'it was given to another project'],
    ['without a project', { ...PUSH, repository: undefined }, 'it was given to another project'],
    ['made for somebody else', { ...PUSH, aud: 'another server' }, 'it was made for something else'],
    ['that has expired', { ...PUSH, exp: 1 }, 'it has expired'],
    ['without an end', { ...PUSH, exp: undefined }, 'it was made for something else'],
    ['without a ref', { ...GITHUB, event_name: 'push' }, 'it names no ref'],
  ])('%s', async (_what, claims, reason) => {
    await using both = await startBoth()
    const answer = await both.cache.get('1', await both.issuer.sign(claims))

    expect(answer.status).toBe(401)
    expect(answer.json()['detail']).toContain(reason)
  })

  test('that another key has signed, also one that everybody knows', async () => {
    await using both = await startBoth()
    const { cache, issuer } = both
    const { privateKey } = await generateKeyPair('ES256')
    const foreign = await issuer.sign(PUSH, { key: privateKey })
    const claims = { ...PUSH, iss: issuer.url, aud: 'the cache' }
    const shared = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode('the public key, taken for a shared one'))

    for (const token of [foreign, shared]) {
      const answer = await cache.get('1', token)
      expect(answer.status).toBe(401)
      expect(answer.json()['detail']).toContain('its issuer has not signed it')
    }
  })

  test('of an issuer whom nobody here knows', async () => {
    await using both = await startBoth()
    await using other = await startIssuer()

    expect((await both.cache.get('1', await other.sign(PUSH))).status).toBe(401)
    expect(other.state.asked).toBe(0)
  })

  test('when its issuer does not answer, who is then not asked again at once', async () => {
    await using both = await startBoth()
    const { cache, issuer } = both
    issuer.state.isMute = true
    const answer = await cache.get('1', await issuer.sign(PUSH))
    await cache.get('1', await issuer.sign({ ...PUSH, jti: 'another' }))

    expect(answer.status).toBe(401)
    expect(answer.json()['detail']).toContain('could not be fetched')
    expect(issuer.state.asked).toBe(1)
  })

  test('when the discovery document is of another issuer', async () => {
    await using both = await startBoth()
    both.issuer.state.discovered = { issuer: 'https://other.example', jwks_uri: `${both.issuer.url}/keys` }
    const answer = await both.cache.get('1', await both.issuer.sign(PUSH))

    expect(answer.json()['detail']).toContain('is of another issuer')
  })
})

test('an issuer over plain http is refused before anything is served', () => {
  const place = { audience: 'a', ...rules }

  expect(() => createOidc([{ ...place, issuer: 'http://ci.example' }], Date.now)).toThrow(/Expected an https address/)
  expect(() => createOidc([{ ...place, issuer: 'https://ci.example', jwks: 'ftp://ci.example' }], Date.now)).toThrow(
    /CACHE_ISSUER_UNUSABLE|Expected an https address/,
  )
})

describe('the grant of claims', () => {
  const GITLAB = { project_path: 'acme/app', pipeline_id: '9', ref_type: 'branch' }
  const gitlab = { project: { project_path: 'acme/app' }, main: { ref: 'main', ref_protected: 'true' } }
  const scopeOf = (claims: Record<string, unknown>, given: IssuerRules = rules) => {
    const grant = grantOfClaims(given, { exp: 1, ...claims })
    return typeof grant === 'string' ? grant : grant.scope
  }

  test.each<[Record<string, unknown>, string]>([
    [{ event_name: 'push', ref: 'refs/heads/main' }, 'main'],
    [{ event_name: 'schedule', ref: 'refs/heads/main' }, 'main'],
    [{ event_name: 'workflow_dispatch', ref: 'refs/heads/main' }, 'main'],
    [{ event_name: 'push', ref: 'refs/heads/feature/a' }, 'branch:feature/a'],
    [{ event_name: 'push', ref: 'refs/tags/main' }, 'branch:refs/tags/main'],
    [{ event_name: 'push', ref: 'refs/heads/main', ref_type: 'tag' }, 'branch:main'],
    [{ event_name: 'push', ref: 'refs/heads/refs/tags/main' }, 'branch:heads/refs/tags/main'],
    [{ event_name: 'pull_request', ref: 'refs/pull/12/merge' }, 'branch:pr-12'],
    [{ event_name: 'push', ref: 'refs/heads/pr-12' }, 'branch:heads/pr-12'],
    [{ event_name: 'push', ref: 'refs/heads/heads/pr-12' }, 'branch:heads/heads/pr-12'],
    [{ event_name: 'push', ref: 'refs/heads/events/x' }, 'branch:heads/events/x'],
    [{ event_name: 'pull_request_target', ref: 'refs/heads/main' }, 'branch:events/pull_request_target/main'],
    [{ event_name: 'workflow_run', ref: 'refs/heads/main' }, 'branch:events/workflow_run/main'],
    [{ event_name: 'issue_comment', ref: 'refs/heads/dev' }, 'branch:events/issue_comment/dev'],
    [{ event_name: ['push'], ref: 'refs/heads/main' }, 'branch:events/unknown/main'],
    [{ event_name: 'push', ref: 'refs/heads/ä b' }, 'branch:%C3%A4%20b'],
    [{ event_name: 'push', ref: 'refs/heads/%C3%A4%20b' }, 'branch:%25C3%25A4%2520b'],
    [{ event_name: 'push', ref: '' }, 'it names no ref'],
  ])('of GitHub, %j: %s', (claims, scope) => {
    expect(scopeOf(claims)).toBe(scope)
  })

  test.each<[Record<string, unknown>, string]>([
    [{ pipeline_source: 'push', ref: 'main', ref_protected: 'true' }, 'main'],
    [{ pipeline_source: 'push', ref: 'main', ref_protected: true }, 'main'],
    [{ pipeline_source: 'push', ref: 'main', ref_protected: 'false' }, 'branch:main'],
    [{ pipeline_source: 'push', ref: 'main', ref_protected: 'true', ref_type: 'tag' }, 'branch:refs/tags/main'],
    [{ pipeline_source: 'parent_pipeline', ref: 'main', ref_protected: 'true' }, 'branch:events/parent_pipeline/main'],
    [
      {
        pipeline_source: 'merge_request_event',
        ref: 'main',
        ref_protected: 'true',
        ref_path: 'refs/merge-requests/3/head',
      },
      'branch:pr-3',
    ],
  ])('of GitLab, %j: %s', (claims, scope) => {
    expect(scopeOf({ ...GITLAB, ...claims }, gitlab)).toBe(scope)
  })

  test('names who writes, in one line of ASCII', () => {
    const writerOf = (claims: Record<string, unknown>) => {
      const grant = grantOfClaims(rules, { exp: 1, ref: 'refs/heads/x', ...claims })
      return typeof grant === 'string' ? grant : grant.writer
    }

    expect(writerOf(GITHUB)).toBe('github acme/app run 12')
    expect(writerOf(GITLAB)).toBe('gitlab acme/app pipeline 9')
    expect(writerOf({ iss: 'https://ci.example', sub: 'jöb\n1' })).toBe('https://ci.example j?b?1')
  })

  test('of two long branches are two scopes', () => {
    const long = 'x'.repeat(200)

    expect(scopeOf({ ref: `refs/heads/${long}1` })).not.toBe(scopeOf({ ref: `refs/heads/${long}2` }))
    expect(scopeOf({ ref: `refs/heads/${long}1` }).length).toBeLessThan(200)
  })
})
