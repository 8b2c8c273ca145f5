import { describe, expect, test } from 'vitest'
import { createClient } from '../client.fixture.ts'
import type { Client } from '../client.fixture.ts'
import { DAY, startTokens } from './tokens.fixture.ts'
import type { TokenServer } from './tokens.fixture.ts'

async function ask(
  server: TokenServer,
  path: string,
  { token, ...init }: RequestInit & { token?: string | undefined } = {},
) {
  const response = await fetch(`${server.url}${path}`, {
    ...init,
    headers: {
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
}

function logIn(
  server: TokenServer,
  name: string,
  { password = 'correct horse', token }: { password?: string; token?: string } = {},
) {
  const body = JSON.stringify({ _id: `org.couchdb.user:${name}`, name, password, type: 'user', roles: [] })
  return ask(server, `/-/user/org.couchdb.user:${name}`, { method: 'PUT', body, token })
}

function converseLogin(npm: Client, password: string) {
  return npm.converse(
    ['login', '--auth-type=legacy'],
    [
      ['Username:', 'ann'],
      ['Password:', password],
    ],
  )
}

describe('npm', () => {
  test('logs in, says who it is, makes and takes back a token, and logs out', { timeout: 120_000 }, async () => {
    await using server = await startTokens()
    await using npm = await createClient('npm', { url: server.url })
    expect(await converseLogin(npm, 'correct horse')).toMatchObject({
      code: 0,
      output: expect.stringContaining('Logged in on'),
    })
    expect((await npm.ok(['whoami'])).trim()).toBe('ann')

    const created = await npm.ok([
      'token',
      'create',
      '--packages-and-scopes-permission=read-only',
      '--password=correct horse',
      '--json',
    ])
    const { token } = JSON.parse(created) as { token: string }
    expect(server.tokens.identify(`Bearer ${token}`)).toMatchObject({ name: 'ann', group: 'read' })
    expect(await npm.ok(['token', 'list'])).toContain('ann (read)')
    await npm.ok(['token', 'revoke', token])
    expect(server.tokens.identify(`Bearer ${token}`)).toBeUndefined()

    await npm.ok(['logout'])
    expect(server.tokens.list()).toEqual([])
    expect((await npm.run(['whoami'])).code).not.toBe(0)
    expect(server.lines.join('')).not.toMatch(/mochi_[\w-]{43}|correct horse/)
  })

  test('is told in its own words that a password is wrong', async () => {
    await using server = await startTokens()
    await logIn(server, 'ann')
    await using npm = await createClient('npm', { url: server.url })
    const { code, output } = await converseLogin(npm, 'wrong horse')

    expect(code).not.toBe(0)
    expect(output).toContain('nobody is known as ann with this password')
  })

  test('asks for name and password when it begins with a login in the browser', async () => {
    await using server = await startTokens()

    expect(await ask(server, '/-/v1/login', { method: 'POST', body: '{}' })).toMatchObject({ status: 404 })
  })
})

/** yarn 1 has no such command. */
test.each([
  ['npm', ['whoami']],
  ['pnpm', ['whoami']],
  ['berry', ['npm', 'whoami']],
  ['bun', ['pm', 'whoami']],
] as const)(
  '%s with a token says whose it is, and with another one fails',
  { timeout: 120_000 },
  async (name, whoami) => {
    await using server = await startTokens()
    const { text: token } = server.tokens.create({ name: 'ann', group: 'publish', expires: server.clock.now + DAY })
    await using client = await createClient(name, { url: server.url, token })
    await using stranger = await createClient(name, { url: server.url, token: `mochi_${'x'.repeat(43)}` })

    expect(await client.ok(whoami)).toContain('ann')
    expect((await stranger.run(whoami)).code).not.toBe(0)
  },
)

describe('somebody who logs in', () => {
  test('gets a token for a month, at the price that a password has', async () => {
    await using server = await startTokens({ isDear: true })
    const { status, body } = await logIn(server, 'ann')
    const [token] = server.tokens.list()

    expect(status).toBe(201)
    expect(server.tokens.identify(`Bearer ${String(body['token'])}`)).toEqual({
      name: 'ann',
      group: 'publish',
      scope: undefined,
    })
    expect(token?.expires).toBe(server.clock.now + 30 * DAY)
  })

  test('with another password gets none, nor with a name that nobody has where nobody may join', async () => {
    await using server = await startTokens({ join: ({ headers }) => headers['x-join'] === 'yes' })
    const admin = server.tokens.create({ name: 'ada', group: 'admin', expires: server.clock.now + DAY }).text
    const publisher = server.tokens.create({ name: 'pat', group: 'publish', expires: server.clock.now + DAY }).text

    expect((await logIn(server, 'ann')).status).toBe(401)
    expect((await logIn(server, 'ann', { token: publisher })).status).toBe(401)
    expect((await logIn(server, 'ann', { token: admin })).status).toBe(201)
    expect((await logIn(server, 'ann')).status).toBe(201)
    expect((await logIn(server, 'ann', { password: 'wrong horse' })).status).toBe(401)
    expect((await logIn(server, 'ann', { password: 'wrong horse', token: admin })).status).toBe(401)
  })

  test.each([
    ['a password that is short', 'ann', 'short'],
    ['a name that is none', '%2e%2e', 'correct horse'],
    ['a name of a prototype', '__proto__', 'correct horse'],
  ])('with %s is refused', async (_what, name, password) => {
    await using server = await startTokens()

    expect((await logIn(server, name, { password })).status).toBe(400)
  })

  test('by a name that a token has gets no account of it', async () => {
    await using server = await startTokens()
    const { text } = server.tokens.create({ name: 'ci', group: 'admin', expires: server.clock.now + DAY })

    expect(await logIn(server, 'ci')).toMatchObject({ status: 409, body: { code: 'REGISTRY_NAME_TAKEN' } })
    expect((await logIn(server, 'ci', { token: text })).status).toBe(409)
    expect((await logIn(server, 'ann')).status).toBe(201)
    expect((await logIn(server, 'ann')).status).toBe(201)
  })

  test('at the same moment as another with this name shares no account', async () => {
    await using server = await startTokens()
    const answers = await Promise.all([
      logIn(server, 'ann', { password: 'correct horse' }),
      logIn(server, 'ann', { password: 'another horse' }),
    ])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 401])
  })
})

describe('a token over the network', () => {
  test('never gives more than its maker has', async () => {
    await using server = await startTokens()
    await logIn(server, 'ann')
    const own = server.tokens.create({
      name: 'ann',
      group: 'read',
      scope: '@acme',
      expires: server.clock.now + DAY,
    }).text
    const make = (wanted: object) =>
      ask(server, '/-/npm/v1/tokens', {
        method: 'POST',
        token: own,
        body: JSON.stringify({ password: 'correct horse', ...wanted }),
      })
    const { body } = await make({})

    expect(server.tokens.identify(`Bearer ${String(body['token'])}`)).toEqual({
      name: 'ann',
      group: 'read',
      scope: '@acme',
    })
    expect((await make({ scopes: ['@other'] })).status).toBe(400)
    expect((await make({ cidr_whitelist: ['10.0.0.0/8'] })).status).toBe(400)
    expect((await make({ password: 'wrong horse' })).status).toBe(401)
  })

  test('is neither seen nor taken back by one that may do less', async () => {
    await using server = await startTokens()
    const create = (group: 'read' | 'publish', scope?: string) =>
      server.tokens.create({ name: 'ann', group, scope, expires: server.clock.now + DAY })
    const [read, narrow, wide] = [create('read'), create('publish', '@acme'), create('publish')]
    const seenBy = async (token: string) => {
      const { body } = await ask(server, '/-/npm/v1/tokens', { token })
      return (body['objects'] as { key: string }[]).map(({ key }) => key).toSorted()
    }
    const revoke = (token: string, key: string) =>
      ask(server, `/-/npm/v1/tokens/token/${key}`, { method: 'DELETE', token })

    expect(await seenBy(read.text)).toEqual([read.token.id])
    expect(await seenBy(narrow.text)).toEqual([narrow.token.id])
    expect(await seenBy(wide.text)).toEqual([read, narrow, wide].map(({ token }) => token.id).toSorted())
    expect((await revoke(read.text, wide.token.id)).status).toBe(404)
    expect((await revoke(narrow.text, wide.token.id)).status).toBe(404)
    expect((await revoke(wide.text, read.token.id)).status).toBe(204)
    expect((await revoke(wide.text, wide.text)).status).toBe(204)
  })

  test('of somebody else is neither seen nor taken back', async () => {
    await using server = await startTokens()
    const create = (name: string) => server.tokens.create({ name, group: 'admin', expires: server.clock.now + DAY })
    const [ann, bob] = [create('ann'), create('bob')]
    const seen = await ask(server, '/-/npm/v1/tokens', { token: ann.text })
    const taken = await ask(server, `/-/npm/v1/tokens/token/${bob.token.id}`, { method: 'DELETE', token: ann.text })

    expect((seen.body['objects'] as { key: string }[]).map(({ key }) => key)).toEqual([ann.token.id])
    expect(taken.status).toBe(404)
    expect(server.tokens.identify(`Bearer ${bob.text}`)).toBeDefined()
  })

  test('is asked for where it is needed', async () => {
    await using server = await startTokens()

    for (const path of ['/-/whoami', '/-/npm/v1/user', '/-/npm/v1/tokens']) {
      expect(await ask(server, path)).toMatchObject({ status: 401, body: { error: 'a token is needed: npm login' } })
    }
  })
})
