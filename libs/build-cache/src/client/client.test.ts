import { chmod } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { mintToken } from '../index.ts'
import { findCache, readClientSettings, tokenFile, worldOf } from './index.ts'
import type { CacheKey } from './index.ts'

const KEY = 'a mint key of this test, long enough'
const URL_HERE = 'https://cache.example/'

describe('where the cache is', () => {
  const find = async (mochi: unknown, env = {}) => {
    await using folder = await createFolder({ 'mochi.json': typeof mochi === 'string' ? mochi : JSON.stringify(mochi) })
    return findCache(folder.path, env)
  }

  test('stands in mochi.json', async () => {
    expect(await find({ cache: { url: URL_HERE, compare: 50 } })).toEqual({
      ...{ url: URL_HERE, origin: 'cache.url in mochi.json', insecure: false, compare: 50 },
    })
  })

  test('is said by a variable, which also turns it off', async () => {
    const mochi = { cache: { url: URL_HERE } }

    expect(await find(mochi, { MOCHI_CACHE_URL: 'http://other.example' })).toEqual({
      ...{ url: 'http://other.example', origin: '$MOCHI_CACHE_URL', insecure: false, compare: 0 },
    })
    expect(await find(mochi, { MOCHI_CACHE_URL: '' })).toBeUndefined()
  })

  test('may be in clear at the address in mochi.json, and not at another that a variable says', async () => {
    const mochi = { cache: { url: 'http://cache.example', insecure: true } }

    expect(await find(mochi)).toMatchObject({ insecure: true })
    expect(await find(mochi, { MOCHI_CACHE_URL: 'http://cache.example' })).toMatchObject({ insecure: true })
    expect(await find(mochi, { MOCHI_CACHE_URL: 'http://other.example' })).toMatchObject({ insecure: false })
  })

  test.each([{}, { cache: null }, { cache: {} }, { cache: { url: 7 } }, '{ "cache": ', 'null'])(
    'is nowhere by %j',
    async (mochi) => {
      expect(await find(mochi)).toBeUndefined()
    },
  )

  test('is nowhere without a mochi.json', () => {
    expect(findCache('/nowhere', {})).toBeUndefined()
  })
})

describe('the cache is used', () => {
  const read = async (
    key: Partial<CacheKey>,
    env: Record<string, string> = {},
    file?: { text: string; mode: number },
  ) => {
    await using folder = await createFolder(file === undefined ? {} : { 'etc/secrets/build-cache/token': file.text })
    if (file !== undefined) await chmod(tokenFile(folder.path), file.mode)
    const all = { url: URL_HERE, origin: 'here', insecure: false, compare: 0, ...key }
    return await readClientSettings(all, { env, prefix: folder.path, uid: process.getuid?.() ?? 0 })
  }
  const mint = (role: 'main' | 'reader') => mintToken(KEY, { role, writer: 'ci', hours: 1 })

  test('with the token of a variable, to read and write by what it says of itself', async () => {
    const token = await mint('main')

    expect(await read({}, { MOCHI_CACHE_TOKEN: `${token}\n` })).toMatchObject({
      kind: 'on',
      url: URL_HERE,
      token,
      mayWrite: true,
    })
    expect(await read({}, { MOCHI_CACHE_TOKEN: await mint('reader') })).toMatchObject({ mayWrite: false })
    expect(await read({}, { MOCHI_CACHE_TOKEN: 'of.a.ci' })).toMatchObject({ mayWrite: true })
  })

  test('with the token of a file that only its owner reads', async () => {
    const text = await mint('reader')

    expect(await read({}, {}, { text: `${text}\n`, mode: 0o600 })).toMatchObject({ kind: 'on', token: text })
    expect(await read({}, {}, { text, mode: 0o644 })).toMatchObject({ error: { code: 'BUILD_CACHE_TOKEN_UNUSABLE' } })
  })

  test('not without a token, and it is said where one would stand', async () => {
    expect(await read({})).toMatchObject({
      kind: 'no-token',
      file: expect.stringMatching(/build-cache\/token$/) as string,
    })
  })

  test.each(['two words', 'ümlaut'])('not with %j for a token, and it is in no error', async (token) => {
    const settings = await read({}, { MOCHI_CACHE_TOKEN: token })

    expect(settings).toMatchObject({ kind: 'refused', error: { code: 'BUILD_CACHE_TOKEN_UNUSABLE' } })
    expect(JSON.stringify(settings)).not.toContain(token)
  })

  test('not in clear beyond this machine, unless the workspace says so', async () => {
    const env = { MOCHI_CACHE_TOKEN: await mint('main') }
    const refused = await read({ url: 'http://cache.example' }, env)

    expect(refused).toMatchObject({ error: { code: 'BUILD_CACHE_TOKEN_IN_CLEAR' } })
    expect(await read({ url: 'http://cache.example', insecure: true }, env)).toMatchObject({ kind: 'on' })
    expect(await read({ url: 'http://127.0.0.1:1' }, env)).toMatchObject({ kind: 'on' })
  })

  test.each(['cache.example', 'ftp://cache.example', 'https://user:word@cache.example', 'https://cache.example/?a'])(
    'not at %s',
    async (url) => {
      expect(await read({ url })).toMatchObject({ error: { code: 'BUILD_CACHE_URL_INVALID' } })
    },
  )
})

test('what a process is told decides where it looks for the token', () => {
  expect(worldOf({ MOCHI_CACHE_TOKEN: 'x' })).toMatchObject({ env: { MOCHI_CACHE_TOKEN: 'x' } })
})
