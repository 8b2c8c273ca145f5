import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder } from '@mochi/testing'
import type { Folder, Outcome } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createClient } from '../client.fixture.ts'
import type { ClientName } from '../client.fixture.ts'
import { startLocal } from './company.fixture.ts'
import { packTarball, packumentOf } from '../upstream.fixture.ts'
import { ask, publish } from './publish.fixture.ts'
import { tarballOf } from './storage.ts'
import type { Stored } from './storage.ts'

/** Several runs of clients, on a machine that may be busy. Milliseconds. */
const PATIENCE = { timeout: 180_000 }

/** What the clients say, in their own words; `undefined` where one has no word for it. */
const COMMANDS = {
  npm: {
    publish: ['publish'],
    install: ['install'],
    frozen: ['ci'],
    view: ['view', '--json'],
    tag: ['dist-tag'],
    untag: ['dist-tag', 'rm'],
    deprecate: ['deprecate'],
    unpublish: ['unpublish'],
    search: ['search'],
  },
  pnpm: {
    publish: ['publish', '--no-git-checks'],
    install: ['install', '--no-frozen-lockfile'],
    frozen: ['install', '--frozen-lockfile'],
    view: ['view', '--json'],
    tag: ['dist-tag'],
    untag: ['dist-tag', 'rm'],
    deprecate: ['deprecate'],
    unpublish: ['unpublish'],
    search: ['search'],
  },
  yarn: {
    publish: ['publish', '--non-interactive'],
    install: ['install', '--non-interactive'],
    frozen: ['install', '--frozen-lockfile', '--non-interactive'],
    view: ['info', '--json'],
    tag: ['tag'],
    untag: ['tag', 'remove'],
    deprecate: undefined,
    unpublish: undefined,
    search: undefined,
  },
  berry: {
    publish: ['npm', 'publish'],
    install: ['install', '--no-immutable'],
    frozen: ['install', '--immutable'],
    view: ['npm', 'info', '--json'],
    tag: ['npm', 'tag'],
    untag: ['npm', 'tag', 'remove'],
    deprecate: undefined,
    unpublish: undefined,
    // It has one, which asks a service of its makers.
    search: undefined,
  },
  bun: {
    publish: ['publish'],
    install: ['install'],
    frozen: ['install', '--frozen-lockfile'],
    view: ['info', '--json'],
    tag: undefined,
    untag: undefined,
    deprecate: undefined,
    unpublish: undefined,
    search: undefined,
  },
} as const satisfies Record<ClientName, Record<string, readonly string[] | undefined>>

type Command = keyof (typeof COMMANDS)['npm']

const CLIENTS = Object.keys(COMMANDS) as ClientName[]

/** The clients that have a command, and how they call it. */
function having(command: Command): [ClientName, readonly string[]][] {
  return CLIENTS.flatMap((name) => {
    const words = COMMANDS[name][command]
    return words === undefined ? [] : [[name, words] as [ClientName, readonly string[]]]
  })
}

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

  test('shows a package', PATIENCE, async () => {
    await using server = await startLocal()
    await using client = await createClient(name, { url: server.url, token: 'reader' })
    await publish(server.url, '@acme/a', '1.0.0', { manifest: { description: 'wanted' } })

    const shown = await client.ok([...commands.view, '@acme/a'], { cwd: await client.project({}) })

    expect(shown).toContain('"1.0.0"')
    expect(shown).toContain('"wanted"')
  })
})

test.each(having('tag'))('%s tags a version, lists its tags and removes one', PATIENCE, async (name, tag) => {
  await using server = await startLocal()
  await using client = await createClient(name, { url: server.url, token: 'publisher' })
  await publish(server.url, '@acme/a', '1.0.0')
  const cwd = await client.project({})
  await client.ok([...tag, 'add', '@acme/a@1.0.0', 'next'], { cwd })

  expect((await packument(server.url))['dist-tags']).toEqual({ latest: '1.0.0', next: '1.0.0' })
  expect(await client.ok([...tag, 'list', '@acme/a'], { cwd })).toMatch(/next.+1\.0\.0/)
  await client.ok([...(COMMANDS[name].untag ?? []), '@acme/a', 'next'], { cwd })
  expect((await packument(server.url))['dist-tags']).toEqual({ latest: '1.0.0' })
})

test.each(having('deprecate'))('%s deprecates a version, and takes it back', PATIENCE, async (name, deprecate) => {
  await using server = await startLocal()
  await using client = await createClient(name, { url: server.url, token: 'publisher' })
  await publish(server.url, '@acme/a', '1.0.0')
  await publish(server.url, '@acme/a', '1.1.0')
  await client.ok([...deprecate, '@acme/a@1.0.0', 'use 1.1'])
  const { versions } = await packument(server.url)

  expect([versions['1.0.0']?.deprecated, versions['1.1.0']?.deprecated]).toEqual(['use 1.1', undefined])
  await client.ok([`un${deprecate[0] ?? ''}`, '@acme/a@1.0.0'])
  expect((await packument(server.url)).versions['1.0.0']?.deprecated).toBeUndefined()
})

test.each(having('unpublish'))(
  '%s unpublishes a version, whose number stays used, and then the rest',
  PATIENCE,
  async (name, unpublish) => {
    await using server = await startLocal()
    await using client = await createClient(name, { url: server.url, token: 'publisher' })
    await publish(server.url, '@acme/a', '1.0.0')
    await publish(server.url, '@acme/a', '1.1.0')
    await client.ok([...unpublish, '@acme/a@1.1.0'])
    const { versions, 'dist-tags': tags } = await packument(server.url)

    expect([Object.keys(versions), tags]).toEqual([['1.0.0'], { latest: '1.0.0' }])
    const { code, words } = await said(
      client.run(COMMANDS[name].publish, { cwd: await client.package('@acme/a', '1.1.0') }),
    )
    expect(code).not.toBe(0)
    expect(words).toContain('its number is not used again')
    await client.ok([...unpublish, '--force', '@acme/a'])
    expect((await ask(server.url, '/@acme/a', { token: 'reader' })).status).toBe(404)
  },
)

test.each(having('search'))('%s finds a package', PATIENCE, async (name, search) => {
  await using server = await startLocal()
  await using client = await createClient(name, { url: server.url, token: 'reader' })
  await publish(server.url, '@acme/a', '1.0.0', { manifest: { description: 'wanted' } })
  await publish(server.url, '@acme/b', '1.0.0')

  const found = await client.ok([...search, 'wanted'])

  expect(found).toContain('@acme/a')
  expect(found).not.toContain('@acme/b')
})

test('of all clients that publish one version at once one wins, and its bytes are there', PATIENCE, async () => {
  await using server = await startLocal()
  await using clients = new AsyncDisposableStack()
  const publishing = await Promise.all(
    CLIENTS.map(async (name) => {
      const client = clients.use(await createClient(name, { url: server.url, token: 'publisher' }))
      const cwd = await client.package('@acme/a', '1.0.0', { 'index.js': `module.exports = '${name}'` })
      if (name === 'berry') await client.ok(COMMANDS.berry.install, { cwd })
      return async () => ({ name, code: (await client.run(COMMANDS[name].publish, { cwd })).code })
    }),
  )
  const winners = (await Promise.all(publishing.map((run) => run()))).filter(({ code }) => code === 0)
  expect(winners).toHaveLength(1)

  const npm = clients.use(await createClient('npm', { url: server.url, token: 'reader' }))
  const project = await npm.project({ '@acme/a': '1.0.0' })
  await npm.ok(['install'], { cwd: project })
  const installed = await readFile(join(project, 'node_modules/@acme/a/index.js'), 'utf8')
  expect(installed).toBe(`module.exports = '${winners[0]?.name ?? ''}'`)
})

/** A folder of the store in which a package has so many versions. */
async function createMany(name: string, count: number): Promise<Folder> {
  const versions = Array.from({ length: count }, (_, index) => ({ version: `1.${index}.0` }))
  const folder = await createFolder()
  const packument = packumentOf(name, versions, 'http://127.0.0.1')
  const place = `storage/${name}`
  await folder.write({ [`${place}/package.json`]: JSON.stringify({ ...packument, _rev: '1-0', _attachments: {} }) })
  for (const { version } of versions)
    await writeFile(folder.join(place, tarballOf(name, version)), packTarball({ name, version }))
  return folder
}

test(
  'of a package with 2,000 versions each client publishes one more and installs it',
  { timeout: 300_000 },
  async () => {
    await using folder = await createMany('@acme/many', 2_000)
    await using server = await startLocal({ path: folder.path })
    for (const [index, name] of CLIENTS.entries()) {
      await using client = await createClient(name, { url: server.url, token: 'publisher' })
      const cwd = await client.package('@acme/many', `2.${index}.0`)
      if (name === 'berry') await client.ok(COMMANDS.berry.install, { cwd })
      await client.ok(COMMANDS[name].publish, { cwd })
      const project = await client.project({ '@acme/many': '>=1.0.0' })
      await client.ok(COMMANDS[name].install, { cwd: project })

      const installed = await readFile(join(project, 'node_modules/@acme/many/index.js'), 'utf8')
      expect(installed).toContain(`@acme/many@2.${index}.0`)
    }
  },
)
