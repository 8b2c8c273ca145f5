import { decodeJwt, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { mintToken, readGrant, verifyToken } from './index.ts'
import type { TokenWish } from './index.ts'

const KEY = 'a mint key of this test, long enough'
const NOW = new Date('2026-11-23T12:00:00Z')
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000)

const mint = (wish: Partial<TokenWish> = {}) => mintToken(KEY, { role: 'main', writer: 'ci', hours: 8, ...wish }, NOW)

/** Signed with the right key, but saying what `mintToken` would not. */
function forge(claims: Record<string, unknown>, alg = 'HS256'): Promise<string> {
  const iat = NOW.getTime() / 1000
  const all = {
    iss: 'mochi-build-cache',
    sub: 'ci',
    jti: '1',
    iat,
    exp: iat + 60,
    role: 'main',
    scope: 'main',
    ...claims,
  }
  return new SignJWT(all)
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(KEY.padEnd(64)).subarray(0, alg === 'HS256' ? KEY.length : 64))
}

test.each<[Partial<TokenWish>, string]>([
  [{ role: 'main' }, 'main'],
  [{ role: 'reader', hours: 720 }, 'main'],
  [{ role: 'admin', hours: 24 }, 'main'],
  [{ role: 'branch', branch: 'feature/a' }, 'branch:feature/a'],
  [{ role: 'branch', branch: 'main' }, 'branch:main'],
])('a token for %j has the scope %s and says who it is for', async (wish, scope) => {
  const grant = await verifyToken(KEY, await mint(wish), later(1))

  expect(grant).toMatchObject({ role: wish.role, scope, writer: 'ci', expires: later(wish.hours ?? 8) })
  expect(grant.id).toMatch(/^[0-9a-f-]{36}$/)
})

test('what a token says can be read by who has no key', async () => {
  const token = await mint({ role: 'branch', branch: 'b' })

  expect(readGrant(token)).toEqual(await verifyToken(KEY, token, NOW))
})

test.each([
  '',
  'a',
  'a.b.c',
  'a.b.c.d',
  `.${Buffer.from('[]').toString('base64url')}.`,
  `.${Buffer.from('null').toString('base64url')}.`,
])('nothing can be read of %j', (text) => {
  expect(readGrant(text)).toBeUndefined()
})

describe('a token is refused', () => {
  const refusal = (reason: string) =>
    expect.objectContaining({ code: 'BUILD_CACHE_TOKEN_REFUSED', facts: { reason } }) as Error

  test('when it has expired, a little difference of clocks aside', async () => {
    const token = await mint({ hours: 1 })

    await expect(verifyToken(KEY, token, new Date(later(1).getTime() + 29_000))).resolves.toBeDefined()
    await expect(verifyToken(KEY, token, new Date(later(1).getTime() + 31_000))).rejects.toEqual(
      refusal('it has expired'),
    )
  })

  test('when another key has signed it', async () => {
    await expect(verifyToken(KEY.toUpperCase(), await mint(), NOW)).rejects.toEqual(
      refusal('another key has signed it'),
    )
  })

  test('when one letter of it was changed', async () => {
    const [head = '', body = '', sum = ''] = (await mint({ role: 'branch', branch: 'b' })).split('.')
    const claims = { ...decodeJwt(`${head}.${body}.${sum}`), role: 'main', scope: 'main' }
    const token = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${sum}`

    await expect(verifyToken(KEY, token, NOW)).rejects.toEqual(refusal('another key has signed it'))
  })

  test('when it asks for no signature', async () => {
    const [, body = ''] = (await mint()).split('.')
    const head = Buffer.from('{"alg":"none"}').toString('base64url')

    await expect(verifyToken(KEY, `${head}.${body}.`, NOW)).rejects.toMatchObject({ code: 'BUILD_CACHE_TOKEN_REFUSED' })
  })

  test('when it is signed in another way', async () => {
    const token = await forge({}, 'HS512')

    await expect(verifyToken(KEY, token, NOW)).rejects.toEqual(refusal('it is signed in another way'))
  })

  test.each([
    { role: 'owner' },
    { scope: 'branch:b' },
    { scope: undefined },
    { role: 'branch' },
    { role: 'branch', scope: 'branch:' },
    { role: 'branch', scope: 'branch:a b' },
    { role: 'reader', scope: 'branch:b' },
    { sub: 'line\nbreak' },
    { exp: NOW.getTime() / 1000 + 25 * 3600 },
  ])('when it says %j, whoever has signed it', async (claims) => {
    await expect(verifyToken(KEY, await forge(claims), NOW)).rejects.toMatchObject({
      code: 'BUILD_CACHE_TOKEN_REFUSED',
    })
  })

  test.each([{ iss: 'somebody' }, { exp: undefined }, { jti: undefined }, { iat: undefined }, { sub: undefined }])(
    'when it has claims such as %j',
    async (claims) => {
      await expect(verifyToken(KEY, await forge(claims), NOW)).rejects.toEqual(
        refusal('it was made for something else'),
      )
    },
  )

  test('without the token in the error', async () => {
    const token = await mint({ hours: 1 })
    const error: unknown = await verifyToken(KEY, token, later(2)).catch((thrown: unknown) => thrown)

    expect(JSON.stringify([error, (error as Error).stack, (error as Error).message])).not.toContain(token.slice(40, 80))
  })
})

describe('no token is minted', () => {
  test.each<[string, Partial<TokenWish>]>([
    ['a role that is one of main, branch, reader, admin', { role: 'owner' as 'main' }],
    ['a branch of 1 to 200 printable ASCII characters', { role: 'branch' }],
    ['a branch of 1 to 200 printable ASCII characters', { role: 'branch', branch: 'a b' }],
    ['no branch for the role main', { branch: 'b' }],
    ['a writer of 1 to 200 printable ASCII characters', { writer: 'naïve' }],
    ['more than 0 and at most 24 hours for the role main', { hours: 25 }],
    ['more than 0 and at most 24 hours for the role main', { hours: 0 }],
    ['more than 0 and at most 24 hours for the role main', { hours: Number.NaN }],
    ['more than 0 and at most 24 hours for the role admin', { role: 'admin', hours: 720 }],
    ['more than 0 and at most 720 hours for the role reader', { role: 'reader', hours: 721 }],
  ])('without %s', async (expected, wish) => {
    await expect(mint(wish)).rejects.toMatchObject({ code: 'BUILD_CACHE_TOKEN_UNFIT', facts: { expected } })
  })

  test.each<[string, Partial<TokenWish>]>([
    ['none', { role: 'branch' }],
    ['"a b"', { role: 'branch', branch: 'a b' }],
    ['no number', { hours: Number.NaN }],
  ])('and what was found instead is said in words: %s', async (found, wish) => {
    await expect(mint(wish)).rejects.toMatchObject({ facts: { found } })
  })

  test('with a key that can be guessed', async () => {
    const wish: TokenWish = { role: 'reader', writer: 'ann', hours: 1 }

    await expect(mintToken('x'.repeat(31), wish, NOW)).rejects.toMatchObject({ code: 'BUILD_CACHE_TOKEN_UNFIT' })
  })
})
