import { createServer } from 'node:http'
import { mintToken } from '@mochi/build-cache'
import { createFolder, listenOnFreePort } from '@mochi/testing'
import { expect, test } from 'vitest'
import { exchangeToken } from './exchange-token.ts'

const CI_TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIGNpIn0.c2lnbmVk'

async function exchange(token: string, answer: { status: number; body: string } | 'away') {
  const asked: string[] = []
  await using folder = await createFolder()
  await using server = await listenOnFreePort(
    createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
      if (answer !== 'away') response.writeHead(answer.status).end(answer.body)
    }),
  )
  const url = answer === 'away' ? 'http://127.0.0.1:1' : server.url
  const env = { MOCHI_CACHE_URL: url, MOCHI_CACHE_TOKEN: token }
  const found = await exchangeToken({ root: folder.path, prefix: folder.path, env })
  return { token: found['MOCHI_CACHE_TOKEN'], asked }
}

test('a run goes on with the token that the cache gives for a CI’s own', async () => {
  const { token, asked } = await exchange(CI_TOKEN, { status: 200, body: '{"token":"ours"}' })
  expect(token).toBe('ours')
  expect(asked).toEqual([`POST /v1/token Bearer ${CI_TOKEN}`])
})

test('a token of the cache itself is not exchanged', async () => {
  const ours = await mintToken('k'.repeat(32), { role: 'main', writer: 'ci', hours: 1 })
  expect(await exchange(ours, { status: 200, body: '{"token":"another"}' })).toEqual({ token: ours, asked: [] })
})

test.each([
  ['refuses it', { status: 401, body: '{"code":"BUILD_CACHE_TOKEN_REFUSED"}' }],
  ['knows no exchange', { status: 404, body: 'not here' }],
  ['is away', 'away' as const],
])('where the cache %s the run goes on with what it has', async (_, answer) => {
  expect(await exchange(CI_TOKEN, answer)).toMatchObject({ token: CI_TOKEN })
})

test('without a cache nothing is asked', async () => {
  await using folder = await createFolder()
  const env = { MOCHI_CACHE_TOKEN: CI_TOKEN }
  expect(await exchangeToken({ root: folder.path, prefix: folder.path, env })).toBe(env)
})
