import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { requireCommand, workspaceRoot } from '@mochi/testing'
import { LOOKS, startBrowser } from '@mochi/testing/browser'
import { describe, expect, test } from 'vitest'
import { startRegistry } from './registry.fixture.ts'
import { readInstaller } from './routes/install.ts'
import { startUpstream } from './upstream.fixture.ts'

type Registry = Awaited<ReturnType<typeof startRegistry>>

const HOUR = 3_600_000
const EVIL = '<img src=x onerror="document.title=1">'
const DIGEST = /[0-9a-f]{64}/

/** A registry with something in every part of its page. */
async function startUsed() {
  await using started = new AsyncDisposableStack()
  const upstream = started.use(await startUpstream())
  const young = new Date(Date.now() - HOUR).toISOString()
  upstream.publish('a', { version: '1.0.0' }, { version: '1.1.0', time: young })
  upstream.publish('@evil/a-package-with-a-name-that-is-longer-than-others', { version: '6.6.6' })
  upstream.misbehave('/broken', (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end())
  const ended = new Date(Date.now() - 1000).toISOString()
  const expires = new Date(Date.now() + 24 * HOUR).toISOString().slice(0, 10)
  const registry = started.use(
    await startRegistry({
      uplink: upstream.url,
      config: {
        blocked: [{ package: '@evil/*', reason: `steals ${EVIL}` }],
        waivers: [
          { package: 'b', range: '2.0.0', reviewer: 'ann', reason: 'mends a hole', expires },
          { package: 'c', range: '1.0.0', reviewer: 'bob', reason: 'is long over', expires: '2020-01-01' },
          { package: 'd', range: '1.0.0', reviewer: 'bob', reason: 'ends at a moment', expires: ended },
        ],
      },
    }),
  )
  await registry.publish('@acme/own', '1.0.0')
  for (const path of ['/a/-/a-1.0.0.tgz', '/a/-/a-1.1.0.tgz', '/a/-/a-1.1.0.tgz', '/broken']) await registry.get(path)
  const long = 'a-package-with-a-name-that-is-longer-than-others'
  await registry.get(`/@evil/${long}/-/${long}-6.6.6.tgz`)
  const all = started.move()
  return { ...registry, upstream, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

async function textOf(registry: Registry): Promise<string> {
  return (await registry.get('/')).bytes.toString('utf8')
}

test('the page says what is held, what the policy is, what was refused and why, and how upstream is', async () => {
  await using registry = await startUsed()
  const text = await textOf(registry)

  for (const words of [
    '2 packages',
    '1 tarball,',
    '2 versions',
    'asked for 3 times since the start',
    'Versions wait 24h',
    'a@1.1.0',
    'cooldown',
    'allowed from',
    'mends a hole',
    '2020-01-01, over',
    'Z, over',
    'not-json',
    'href="/-/web/detail/@acme/own"',
  ])
    expect(text).toContain(words)
})

test('what others have written is text on it, and no script would run', async () => {
  await using registry = await startUsed()
  const { bytes, headers } = await registry.get('/')
  const text = bytes.toString('utf8')

  expect(text).not.toMatch(/<img|<script/)
  expect(text).toContain('steals &lt;img')
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base/)
})

test('an empty registry without an uplink has a page too', async () => {
  await using registry = await startRegistry()
  const text = await textOf(registry)

  expect(text).toContain('No uplink is configured')
  expect(text).toContain('0 packages')
})

test('what cannot be counted fails the page alone, and only for as long as it cannot', async () => {
  await using registry = await startRegistry()
  const scope = join(registry.data, 'company/storage/@acme')
  await mkdir(dirname(scope), { recursive: true })
  await writeFile(scope, 'no folder')
  expect((await registry.get('/')).status).toBe(500)

  await rm(scope)

  expect((await registry.get('/')).status).toBe(200)
})

test('the names of the company’s packages are not shown where nobody may read them without a token', async () => {
  await using registry = await startRegistry({ config: { anonymousRead: false } })
  await registry.publish('@acme/own', '1.0.0')
  const text = await textOf(registry)

  expect(text).toContain('1 package')
  expect(text).not.toContain('@acme/own')
})

test('upstream is said to be away once it is, and to answer again when it does', async () => {
  const clock = { now: Date.now() }
  await using upstream = await startUpstream()
  upstream.publish('a', { version: '1.0.0' })
  await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now })
  expect(await textOf(registry)).toContain('not asked')
  upstream.misbehave('*', (_request, response) => response.writeHead(500).end())
  await registry.get('/a')
  expect(await textOf(registry)).toContain('<dd>busy<small>failed 0 s ago</small>')

  upstream.misbehave('*', undefined)
  clock.now += 60_000
  await registry.get('/a')

  expect(await textOf(registry)).toContain('<dd>answers<small>last 0 s ago</small>')
})

test('figures count refusals by their rule and faults of the uplink by their reason', async () => {
  await using registry = await startUsed()
  const { gauges } = (await registry.get('/stats')).json() as { gauges: Record<string, number> }

  expect(gauges).toMatchObject({
    'refusals.cooldown': 2,
    'refusals.blocked': 1,
    'refusals.undated': 0,
    'uplink.faults.not-json': 1,
    'uplink.faults.slow': 0,
  })
})

test('the installer of the toolchain comes with the digest that the page shows', async () => {
  await using registry = await startRegistry()
  const answer = await registry.get('/-/mochi/install')
  const sha256 = createHash('sha256').update(answer.bytes).digest('hex')

  expect(answer.bytes).toEqual(await readFile(join(workspaceRoot, 'toolchain/install')))
  expect(DIGEST.exec(await textOf(registry))?.[0]).toBe(sha256)
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
})

test('a registry that is no checkout’s has no installer', async () => {
  expect(await readInstaller('/srv/registry/dist')).toBeUndefined()
})

describe.runIf(requireCommand('chromium'))('in a browser', () => {
  test.each(LOOKS)(
    'at $width pixels, $colorScheme, everything is in sight and readable',
    { timeout: 60_000 },
    async (look) => {
      await using registry = await startUsed()
      await using browser = await startBrowser()
      await using opened = await browser.open(registry.url, look)

      expect(await opened.findFaults()).toEqual([])
      expect(await opened.page.title()).toBe('Registry')
      for (const words of ['a@1.1.0', 'mends a hole', '@acme/own'])
        expect(await opened.page.getByText(words).first().isVisible()).toBe(true)
    },
  )
})
