import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createClient } from '../client.fixture.ts'
import type { ClientName } from '../client.fixture.ts'
import { startLocal } from './company.fixture.ts'
import { ask, publish } from './publish.fixture.ts'
import type { Stored } from './storage.ts'

/** Several runs of clients, on a machine that may be busy. Milliseconds. */
const PATIENCE = { timeout: 180_000 }

/** What the clients say, in their own words. */
const COMMANDS = {
  npm: {
    publish: ['publish'],
    install: ['install'],
    frozen: ['ci'],
    tag: ['dist-tag', 'add'],
    view: ['view', '--json'],
  },
  pnpm: {
    publish: ['publish', '--no-git-checks'],
    install: ['install', '--no-frozen-lockfile'],
    frozen: ['install', '--frozen-lockfile'],
    tag: ['dist-tag', 'add'],
    view: ['view', '--json'],
  },
  yarn: {
    publish: ['publish', '--non-interactive'],
    install: ['install', '--non-interactive'],
    frozen: ['install', '--frozen-lockfile', '--non-interactive'],
    tag: ['tag', 'add'],
    view: ['info', '--json'],
  },
  berry: {
    publish: ['npm', 'publish'],
    install: ['install', '--no-immutable'],
    frozen: ['install', '--immutable'],
    tag: ['npm', 'tag', 'add'],
    view: ['npm', 'info', '--json'],
  },
} as const satisfies Record<ClientName, unknown>

const CLIENTS = Object.keys(COMMANDS) as ClientName[]

/** What a client prints, without how it breaks lines. */
async function said(running: Promise<Outcome>): Promise<{ code: number | null; words: string }> {
  const { code, stdout, stderr } = await running
  return { code, words: `${stdout}${stderr}`.replaceAll(/[\s│]+/g, ' ') }
}

async function packument(url: string): Promise<Stored> {
  return (await ask(url, '/@acme/a', { token: 'reader' })).body as Stored
}

describe.each(CLIENTS)('%s', (name) => {
  const commands = COMMANDS[name]

  test('publishes, and installs what others have published, cold and frozen', PATIENCE, async () => {
    await using server = await startLocal()
    await using client = await createClient(name, { url: server.url, token: 'publisher' })
    const cwd = await client.package('@acme/a', '1.0.0')
    if (name === 'berry') await client.ok(commands.install, { cwd })
    await client.ok(commands.publish, { cwd })
    await publish(server.url, '@acme/unused', '1.0.0')

    const project = await client.project({ '@acme/a': '^1.0.0' })
    await client.ok(commands.install, { cwd: project })
    await client.ok(commands.frozen, { cwd: project })

    expect(await readFile(join(project, 'node_modules/@acme/a/index.js'), 'utf8')).toContain('@acme/a@1.0.0')
    expect((await packument(server.url))['dist-tags']).toEqual({ latest: '1.0.0' })
  })

  test('is told that a version is published already', PATIENCE, async () => {
    await using server = await startLocal()
    await using client = await createClient(name, { url: server.url, token: 'publisher' })
    await publish(server.url, '@acme/a', '1.0.0')
    const before = await packument(server.url)
    const cwd = await client.package('@acme/a', '1.0.0')
    if (name === 'berry') await client.ok(commands.install, { cwd })
    const { code, words } = await said(client.run(commands.publish, { cwd }))

    expect(code).not.toBe(0)
    expect(words).toMatch(/previously published|published already|pre-existing/)
    expect(await packument(server.url)).toEqual(before)
  })

  test('is told which scopes are the company’s', PATIENCE, async () => {
    await using server = await startLocal()
    await using client = await createClient(name, { url: server.url, token: 'publisher' })
    const cwd = await client.package('@elsewhere/a', '1.0.0')
    if (name === 'berry') await client.ok(commands.install, { cwd })
    const { code, words } = await said(client.run(commands.publish, { cwd }))

    expect(code).not.toBe(0)
    expect(words).toContain('only packages of @acme, @other are')
  })

  test('tags a version, and shows a package', PATIENCE, async () => {
    await using server = await startLocal()
    await using client = await createClient(name, { url: server.url, token: 'publisher' })
    await publish(server.url, '@acme/a', '1.0.0')
    const cwd = await client.project({})
    await client.ok([...commands.tag, '@acme/a@1.0.0', 'next'], { cwd })

    expect((await packument(server.url))['dist-tags']).toEqual({ latest: '1.0.0', next: '1.0.0' })
    expect(await client.ok([...commands.view, '@acme/a'], { cwd })).toContain('1.0.0')
  })
})

describe.each(['npm', 'pnpm'] as const)('%s', (name) => {
  test('deprecates a version, and takes it back', PATIENCE, async () => {
    await using server = await startLocal()
    await using client = await createClient(name, { url: server.url, token: 'publisher' })
    await publish(server.url, '@acme/a', '1.0.0')
    await publish(server.url, '@acme/a', '1.1.0')
    await client.ok(['deprecate', '@acme/a@1.0.0', 'use 1.1'])
    const { versions } = await packument(server.url)

    expect([versions['1.0.0']?.deprecated, versions['1.1.0']?.deprecated]).toEqual(['use 1.1', undefined])
    await client.ok(['undeprecate', '@acme/a@1.0.0'])
    expect((await packument(server.url)).versions['1.0.0']?.deprecated).toBeUndefined()
  })

  test('unpublishes a version, whose number stays used, and then the rest', PATIENCE, async () => {
    await using server = await startLocal()
    await using client = await createClient(name, { url: server.url, token: 'publisher' })
    await publish(server.url, '@acme/a', '1.0.0')
    await publish(server.url, '@acme/a', '1.1.0')
    await client.ok(['unpublish', '@acme/a@1.1.0'])
    const { versions, 'dist-tags': tags } = await packument(server.url)

    expect([Object.keys(versions), tags]).toEqual([['1.0.0'], { latest: '1.0.0' }])
    const { code, words } = await said(
      client.run(COMMANDS[name].publish, { cwd: await client.package('@acme/a', '1.1.0') }),
    )
    expect(code).not.toBe(0)
    expect(words).toContain('its number is not used again')
    await client.ok(['unpublish', '--force', '@acme/a'])
    expect((await ask(server.url, '/@acme/a', { token: 'reader' })).status).toBe(404)
  })

  test('finds a package, and removes a tag', PATIENCE, async () => {
    await using server = await startLocal()
    await using client = await createClient(name, { url: server.url, token: 'publisher' })
    await publish(server.url, '@acme/a', '1.0.0', {
      tags: { latest: '1.0.0', next: '1.0.0' },
      manifest: { description: 'wanted' },
    })

    expect(await client.ok(['search', 'wanted'])).toContain('@acme/a')
    await client.ok(['dist-tag', 'rm', '@acme/a', 'next'])
    expect((await packument(server.url))['dist-tags']).toEqual({ latest: '1.0.0' })
  })
})

test('npm and pnpm that publish one version at once: one wins, and its bytes are there', PATIENCE, async () => {
  await using server = await startLocal()
  await using npm = await createClient('npm', { url: server.url, token: 'publisher' })
  await using pnpm = await createClient('pnpm', { url: server.url, token: 'publisher' })
  const [one, other] = await Promise.all([
    npm.run(['publish'], { cwd: await npm.package('@acme/a', '1.0.0', { 'index.js': "module.exports = 'npm'" }) }),
    pnpm.run(COMMANDS.pnpm.publish, {
      cwd: await pnpm.package('@acme/a', '1.0.0', { 'index.js': "module.exports = 'pnpm'" }),
    }),
  ])
  expect([one.code === 0, other.code === 0].toSorted()).toEqual([false, true])

  const project = await npm.project({ '@acme/a': '1.0.0' })
  await npm.ok(['install'], { cwd: project })
  const winner = one.code === 0 ? 'npm' : 'pnpm'
  expect(await readFile(join(project, 'node_modules/@acme/a/index.js'), 'utf8')).toBe(`module.exports = '${winner}'`)
})
