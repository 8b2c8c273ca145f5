import { requireCommand } from '@mochi/testing'
import { LOOKS, startBrowser } from '@mochi/testing/browser'
import { describe, expect, test } from 'vitest'
import { startCache } from './cache.fixture.ts'

const EVIL = '<img src=x onerror="document.title=1">&"\''

/** A cache with something in every part of its page. */
async function startUsed() {
  const cache = await startCache({ environment: { CACHE_BUDGET: '2MB' } })
  await cache.put('1')
  await cache.post('/v1/results', { tasks: [{ hash: '1', task: 'registry:build', status: 'success', ms: 8_000_000 }] })
  for (const as of ['reader', 'reader', 'a']) await cache.get('1', as)
  await cache.get('2', 'a')
  await cache.put(
    '3',
    await cache.token({ role: 'branch', branch: 'feature/a-branch-with-a-long-name', writer: EVIL }),
    Buffer.from('something else'),
  )
  for (const status of ['success', 'failure'])
    await cache.post('/v1/results', { tasks: [{ hash: '4', task: '<b>foo</b>:test', status, ms: 1 }] }, 'a')
  return cache
}

test('the page says what is saved, held, refused and flaking, to whoever comes', async () => {
  await using cache = await startUsed()
  const answer = await cache.ask('GET', '/', { as: '' })
  const text = answer.body.toString('utf8')

  expect(answer.status).toBe(200)
  for (const words of [
    '75 %',
    '3 of 4',
    '6 h 40 min',
    'it is no gzip',
    'branch:feature/a-branch-with-a-long-name',
    'of 1.4 MB',
  ])
    expect(text).toContain(words)
})

test('what others have written is text on it, and no script would run', async () => {
  await using cache = await startUsed()
  const answer = await cache.ask('GET', '/', { as: '' })
  const text = answer.body.toString('utf8')

  expect(text).not.toMatch(/<img|<b>foo/)
  expect(text).toContain('&lt;b&gt;foo&lt;/b&gt;:test')
  expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base/)
  expect(text).not.toContain('<script')
})

test('an empty cache has a page too', async () => {
  await using cache = await startCache()

  expect((await cache.ask('GET', '/', { as: '' })).body.toString('utf8')).toContain('None.')
})

describe.runIf(requireCommand('chromium'))('in a browser', () => {
  test.each(LOOKS)('at $width pixels, $colorScheme, everything is in sight and readable', async (look) => {
    await using cache = await startUsed()
    await using browser = await startBrowser()
    await using opened = await browser.open(cache.url, look)

    expect(await opened.findFaults()).toEqual([])
    expect(await opened.page.title()).toBe('Build cache')
    expect(await opened.page.getByText('it is no gzip').isVisible()).toBe(true)
  })
})
