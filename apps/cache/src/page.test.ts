import { accessSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { requireCommand } from '@mochi/testing'
import { chromium } from 'playwright-core'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { startCache } from './cache.fixture.ts'
import type { TestCache } from './cache.fixture.ts'

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
  async function look(cache: TestCache, width: number, scheme: 'light' | 'dark', see: (page: Page) => Promise<void>) {
    const browser = await chromium.launch({ executablePath: find('chromium'), args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme })
      const faults: string[] = []
      page.on('console', (message) => faults.push(message.text()))
      page.on('pageerror', (error) => faults.push(error.message))
      await page.goto(cache.url)
      await see(page)
      const shots = process.env['MOCHI_SCREENSHOTS']
      if (shots !== undefined) await page.screenshot({ path: `${shots}/cache-${width}-${scheme}.png`, fullPage: true })
      expect(faults.filter((fault) => !fault.includes('favicon'))).toEqual([])
    } finally {
      await browser.close()
    }
  }

  test.each([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('at %d pixels, %s, everything is in sight and readable', async (width, scheme) => {
    await using cache = await startUsed()
    await look(cache, width, scheme, async (page) => {
      const [content, window] = await evaluate<number>(page, 'document.documentElement.scrollWidth, window.innerWidth')
      expect(content).toBeLessThanOrEqual(window ?? 0)
      expect(await page.title()).toBe('Build cache')
      expect(await page.getByText('it is no gzip').isVisible()).toBe(true)
      const style = 'getComputedStyle(document.body)'
      const [ink, paper] = await evaluate<string>(page, `${style}.color, ${style}.backgroundColor`)
      const lightness = (rgb = '') => Math.max(...(rgb.match(/\d+/g) ?? []).slice(0, 3).map(Number))
      expect(lightness(ink) > lightness(paper)).toBe(scheme === 'dark')
      expect(Math.abs(lightness(ink) - lightness(paper))).toBeGreaterThan(150)
    })
  })
})

/** Values as the page has them. */
function evaluate<T>(page: Page, expressions: string): Promise<T[]> {
  return page.evaluate(`[${expressions}]`)
}

function find(command: string): string {
  const files = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, command))
  return files.find(isThere) ?? command
}

function isThere(file: string): boolean {
  try {
    accessSync(file)
    return true
  } catch {
    return false
  }
}
