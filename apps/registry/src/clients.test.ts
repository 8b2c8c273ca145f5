import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createClient } from './client.fixture.ts'
import type { Client, ClientName } from './client.fixture.ts'
import { startRegistry } from './registry.fixture.ts'
import { answerJson, startUpstream } from './upstream.fixture.ts'
import type { Upstream } from './upstream.fixture.ts'

const HOUR = 3_600_000
/** Several runs of clients, on a machine that may be busy. Milliseconds. */
const PATIENCE = { timeout: 180_000 }

/** How each client is told, and what it shows of a version that is refused: the reason, or its address alone, which answers with the reason. */
const CLIENTS = {
  npm: { install: ['install'], frozen: ['ci'], view: ['view', '--json'], shows: 'reason' },
  pnpm: {
    install: ['install', '--no-frozen-lockfile'],
    frozen: ['install', '--frozen-lockfile'],
    view: ['view', '--json'],
    shows: 'address',
  },
  yarn: {
    install: ['install', '--non-interactive'],
    frozen: ['install', '--frozen-lockfile', '--non-interactive'],
    view: ['info', '--json'],
    shows: 'address',
  },
  berry: {
    install: ['install', '--no-immutable'],
    frozen: ['install', '--immutable'],
    view: ['npm', 'info', '--json'],
    shows: 'reason',
  },
  bun: { install: ['install'], frozen: ['install', '--frozen-lockfile'], view: ['info', '--json'], shows: 'address' },
} as const satisfies Record<ClientName, unknown>

/** What a client prints, without how it breaks lines. */
async function said(client: Client, args: readonly string[], cwd: string) {
  const { code, stdout, stderr } = await client.run(args, { cwd })
  return { code, stdout, words: `${stdout}${stderr}`.replaceAll(/[\s│➤]+/g, ' ') }
}

async function versionOf(project: string, name: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string
  }
  return manifest.version
}

/** The project as another machine has it, fresh from version control. */
async function copyTo(client: Client, project: string): Promise<string> {
  await rm(join(project, 'node_modules'), { recursive: true, force: true })
  await rm(join(project, '.yarn'), { recursive: true, force: true })
  const copy = client.folder.join('copy')
  await cp(project, copy, { recursive: true })
  return copy
}

function tarballsAsked({ asked }: Upstream): string[] {
  return asked.filter((path) => path.endsWith('.tgz')).toSorted()
}

describe.each(Object.keys(CLIENTS) as ClientName[])('%s', (name) => {
  const { install, frozen, view, shows } = CLIENTS[name]

  test('installs cold, warm, and as its lock file says on another machine', PATIENCE, async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0', manifest: { dependencies: { '@other/b': '^2.0.0' } } })
    upstream.publish('@other/b', { version: '2.0.0' }, { version: '2.1.0' })
    await using registry = await startRegistry({ uplink: upstream.url })
    await using client = await createClient(name, { url: registry.url })
    const project = await client.project({ a: '^1.0.0' })

    await client.ok(install, { cwd: project })
    await rm(join(project, 'node_modules'), { recursive: true })
    await client.ok(install, { cwd: project })
    await using another = await createClient(name, { url: registry.url })
    const copy = await copyTo(another, project)
    await another.ok(frozen, { cwd: copy })

    expect(await versionOf(copy, 'a')).toBe('1.0.0')
    expect(tarballsAsked(upstream)).toEqual(['/@other/b/-/b-2.1.0.tgz', '/a/-/a-1.0.0.tgz'])
  })

  test(`shows the ${shows} where a locked version is refused`, PATIENCE, async () => {
    const clock = { now: Date.now() }
    await using upstream = await startUpstream()
    const young = new Date(clock.now - 30 * HOUR).toISOString()
    upstream.publish('a', { version: '1.0.0' }, { version: '1.1.0', time: young })
    const expires = new Date(clock.now + HOUR).toISOString()
    const waivers = [{ package: 'a', range: '1.1.0', reviewer: 'ann', reason: 'mends a hole', expires }]
    const config = { waivers, cooldown: '7d' }
    await using registry = await startRegistry({ uplink: upstream.url, now: () => clock.now, config })
    await using client = await createClient(name, { url: registry.url })
    const project = await client.project({ a: '^1.0.0' })
    await client.ok(install, { cwd: project })
    expect(await versionOf(project, 'a')).toBe('1.1.0')

    clock.now += 2 * HOUR
    await using another = await createClient(name, { url: registry.url })
    const { code, words } = await said(another, frozen, await copyTo(another, project))
    const { error } = (await registry.get('/a/-/a-1.1.0.tgz')).json()

    expect(error).toMatch(/^a@1\.1\.0 is refused .+ \(cooldown\): .+ nearest allowed version: 1\.0\.0/)
    expect(code).not.toBe(0)
    expect(words.replaceAll(' ', '')).toContain(
      shows === 'reason' ? String(error).replaceAll(' ', '') : `${registry.url}/a/-/a-1.1.0.tgz`,
    )
  })

  test('takes and shows what is allowed where the newest is not', PATIENCE, async () => {
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' }, { version: '1.1.0' })
    const blocked = [{ package: 'a', range: '1.1.0', reason: 'steals tokens' }]
    await using registry = await startRegistry({ uplink: upstream.url, config: { blocked } })
    await using client = await createClient(name, { url: registry.url })
    const project = await client.project({ a: 'latest' })

    await client.ok(install, { cwd: project })

    expect(await versionOf(project, 'a')).toBe('1.0.0')
    const shown = await client.ok([...view, 'a'], { cwd: project })
    expect(shown).toContain('1.0.0')
    expect(shown).not.toContain('1.1.0')
  })

  test('installs a package with 2,000 versions', PATIENCE, async () => {
    await using upstream = await startUpstream()
    upstream.publish('many', ...Array.from({ length: 2_000 }, (_, index) => ({ version: `1.${index}.0` })))
    await using registry = await startRegistry({ uplink: upstream.url })
    await using client = await createClient(name, { url: registry.url })
    const project = await client.project({ many: '^1.0.0' })

    await client.ok(install, { cwd: project })

    expect(await versionOf(project, 'many')).toBe('1.1999.0')
  })
})

const ADVISORY = {
  ...{ id: 1, title: 'a hole in it', severity: 'high', vulnerable_versions: '<1.1.0', cwe: [] },
  ...{ url: 'https://advisories.example/1', cvss: { score: 7, vectorString: null } },
}

/** yarn 1 asks the registry of its makers, whatever it is told. */
const AUDITS = {
  npm: ['audit', '--json'],
  pnpm: ['audit', '--json'],
  berry: ['npm', 'audit', '--json'],
  bun: ['audit', '--json'],
}

test.each(Object.entries(AUDITS))(
  '%s audits, without a word of what is the company’s',
  PATIENCE,
  async (called, audit) => {
    const name = called as keyof typeof AUDITS
    const { install } = CLIENTS[name]
    await using upstream = await startUpstream()
    upstream.publish('a', { version: '1.0.0' })
    const heard: unknown[] = []
    upstream.misbehave('/-/npm/v1/security/advisories/bulk', answerJson({ a: [ADVISORY] }, heard))
    await using registry = await startRegistry({ uplink: upstream.url })
    await registry.publish('@acme/own', '3.0.0')
    await using client = await createClient(name, { url: registry.url })
    const project = await client.project({ a: '1.0.0', '@acme/own': '3.0.0' })
    await client.ok(install, { cwd: project })

    const { words } = await said(client, audit, project)

    expect(words).toContain('a hole in it')
    expect(heard).toEqual([{ a: ['1.0.0'] }])
    expect(upstream.asked.join()).not.toContain('acme')
  },
)

test('npm finds, views and lists the tags of packages of others', PATIENCE, async () => {
  await using upstream = await startUpstream()
  upstream.publish('pay', { version: '1.0.0' }, { version: '1.1.0' })
  const found = { name: 'pay', version: '1.1.0', maintainers: [], date: '2020-01-01T00:00:00.000Z', links: {} }
  upstream.misbehave(
    '/-/v1/search?text=pay&size=19&from=0&quality=0.65&popularity=0.98&maintenance=0.5',
    answerJson({ objects: [{ package: found, score: {} }], total: 1 }),
  )
  const blocked = [{ package: 'pay', range: '1.1.0', reason: 'steals tokens' }]
  await using registry = await startRegistry({ uplink: upstream.url, config: { blocked } })
  await registry.publish('@acme/pay', '3.0.0')
  await using npm = await createClient('npm', { url: registry.url })

  expect(await npm.ok(['search', 'pay', '--parseable'])).toMatch(/^@acme\/pay\t[^]*\npay\t[^\n]*\t1\.0\.0\t/)
  expect((await npm.ok(['view', 'pay', 'version'])).trim()).toBe('1.0.0')
  expect((await npm.ok(['dist-tag', 'ls', 'pay'])).trim()).toBe('latest: 1.0.0')
})
