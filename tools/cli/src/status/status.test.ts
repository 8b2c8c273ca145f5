import { cp, readFile, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, workspaceRoot } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { formatLock } from '@mochi/toolchain'
import { MEND_LOCK } from '@mochi/toolchain/lock-file'
import { describe, expect, test } from 'vitest'
import { listProjects } from '../probe/projects.ts'
import { EMPTY_LOCK, GENERATION, createInstalledCheckout, idOf } from '../testing/installed-checkout.ts'
import { createTestContext } from '../testing/test-context.ts'
import { PUT_ON_PATH, planNext } from './plan-next.ts'
import type { Standing } from './plan-next.ts'
import { runStatus } from './run.ts'

const ONE_TOOL = formatLock({
  contents: [],
  scripts: [],
  artifacts: [
    {
      ...{ tool: 'jq', version: '1.8.1', platform: 'linux-x64', source: 'npm:jq@1.8.1' },
      ...{ digest: `sha512:${'0'.repeat(128)}`, keep: ['.'], links: { jq: 'jq' } },
    },
  ],
})

const complete: Standing = {
  toolchain: {
    wanted: GENERATION,
    installed: { prefix: '/p', path: `/p/env/${GENERATION}` },
    current: true,
    nodeOnPath: '/p/env/current/bin/node',
    onPath: true,
  },
  lock: { state: 'whole' },
  dependencies: 'fresh',
  hooks: 'installed',
  projects: [{ name: 'foo', room: 'apps', folder: 'apps/foo' }],
  ci: false,
}

describe('The next command', () => {
  const absent = { ...complete.toolchain, installed: undefined, onPath: false }
  const hello = { name: 'hello', room: 'apps', folder: 'apps/hello' }
  const cache = { name: 'cache', room: 'apps', folder: 'apps/cache' }
  test.each<[string, Partial<Standing>, string]>([
    ['everything is there', {}, './mochi test'],
    ['the lock is lost', { toolchain: { ...absent, wanted: undefined } }, MEND_LOCK],
    ['the toolchain is absent, whatever else is', { toolchain: absent, dependencies: 'absent' }, './mochi up'],
    ['the toolchain is absent in CI', { toolchain: absent, dependencies: 'absent', ci: true }, './mochi setup'],
    ['the lock is damaged', { lock: { state: 'damaged', reason: '' } }, MEND_LOCK],
    ['toolchain.json asks for more', { lock: { state: 'behind', reason: '' } }, './mochi toolchain lock'],
    [
      'toolchain.json is gone',
      { lock: { state: 'unasked', reason: '' } },
      'git checkout HEAD -- :/toolchain/toolchain.json',
    ],
    ['toolchain.json has faults', { lock: { state: 'faulty', reason: '' } }, './mochi toolchain check'],
    ['pnpm-lock.yaml is gone', { dependencies: 'unlocked' }, 'git checkout HEAD -- :/pnpm-lock.yaml'],
    ['the dependencies are older than their lock', { dependencies: 'stale' }, './mochi setup'],
    ['the registry did not answer, which a command asks again', { dependencies: 'offline' }, './mochi test'],
    ['the hooks are missing', { hooks: 'missing' }, './mochi setup'],
    ['the hooks are missing in CI', { hooks: 'missing', ci: true }, './mochi test'],
    ['core.hooksPath leads elsewhere, which setup cannot change', { hooks: 'elsewhere' }, './mochi test'],
    ['this is no git checkout', { hooks: 'outside' }, './mochi test'],
    ['there is no service yet', { projects: [] }, 'npx nx g service foo'],
    ['there is no service but those that come with it', { projects: [hello, cache] }, 'npx nx g service foo'],
    ['there is no service in CI', { projects: [hello], ci: true }, './mochi test'],
  ])('when %s', (_name, difference, command) => {
    expect(planNext({ ...complete, ...difference }).command).toBe(command)
  })

  const offPath = { ...complete.toolchain, onPath: false }
  test.each<[string, Partial<Standing>, string | undefined]>([
    ['the tools are on PATH', {}, undefined],
    ['the tools are not on PATH', { toolchain: offPath }, 'eval "$(./mochi env)"'],
    ['the tools are not on PATH, and nobody has made a service', { toolchain: offPath, projects: [] }, PUT_ON_PATH],
    ['the tools are not on PATH in CI', { toolchain: offPath, ci: true }, undefined],
    [
      'the tools are not on PATH, and something must be mended first',
      { toolchain: offPath, hooks: 'missing' },
      undefined,
    ],
  ])('says what comes before it when %s', (_name, difference, before) => {
    expect(planNext({ ...complete, ...difference }).before).toBe(before)
  })
})

/** With two libraries and the packages outside of the rooms. */
function createInstalled(): Promise<Folder> {
  return createInstalledCheckout({
    'checkout/libs/bar/package.json': '{}',
    'checkout/libs/baz/package.json': '{}',
    'checkout/docs/package.json': '{}',
    'checkout/toolchain/package.json': '{}',
  })
}

function contextIn(folder: Folder, path: string, columns?: number) {
  return createTestContext({
    root: folder.join('checkout'),
    prefix: folder.join('prefix'),
    home: folder.join('home'),
    env: { MOCHI_PREFIX: folder.join('prefix') },
    userPath: path,
    answer: () => undefined,
    ...(columns === undefined ? {} : { columns }),
  })
}

test('What a newcomer is told to do is what README.md shows, in a clone as it is', async () => {
  const fresh = { ...complete, projects: await listProjects(workspaceRoot) }
  const { toolchain } = fresh
  const told = [
    { ...fresh, toolchain: { ...toolchain, installed: undefined, onPath: false }, dependencies: 'absent' as const },
    { ...fresh, toolchain: { ...toolchain, onPath: false } },
    fresh,
  ].map((standing) => planNext(standing).before ?? planNext(standing).command)
  const readme = await readFile(join(workspaceRoot, 'README.md'), 'utf8')
  const shown = [...readme.matchAll(/^\$ (.+)$/gm)].map(([, command]) => command)
  expect(shown.slice(0, 3)).toEqual(told)
  expect(shown[3]).toBe('npx nx test foo')
})

describe('mochi status', () => {
  test('shows where everything stands', async () => {
    await using folder = await createInstalled()
    const context = contextIn(folder, folder.join('prefix/env/current/bin'), 200)
    await runStatus(context, { json: false })
    expect(context.written.stdout.split('\n')).toEqual([
      `checkout      ${folder.join('checkout')}`,
      `toolchain     generation ${GENERATION} in ${folder.join('prefix')}`,
      'on PATH       yes',
      'dependencies  installed',
      'git hooks     no git checkout',
      'projects      1 app, 2 libs, 0 tools, docs, toolchain',
      '',
      'Next: ./mochi test',
      '      It checks and tests everything; what did not change comes from the cache.',
      '',
    ])
  })

  test('names a node that comes first on PATH', async () => {
    await using folder = await createInstalled()
    await folder.write({ 'other/node': '' }, { mode: 0o755 })
    const context = contextIn(folder, `${folder.join('other')}:${folder.join('prefix/env/current/bin')}`, 200)
    await runStatus(context, { json: false })
    expect(context.written.stdout).toContain(`on PATH       no; node is ${folder.join('other/node')}\n`)
  })

  test('says that toolchain.lock is damaged, and how to mend it', async () => {
    await using folder = await createInstalled()
    await folder.write({ 'checkout/toolchain/toolchain.lock': `${EMPTY_LOCK}script mochi sha256:${'0'.repeat(64)}\n` })
    const context = contextIn(folder, folder.join('prefix/env/current/bin'), 200)
    await runStatus(context, { json: false })
    expect(context.written.stdout).toMatch(
      /^toolchain\.lock +damaged, line 1: generation \w+ is not that of the lines below: git checkout HEAD -- :\/toolchain\/toolchain\.lock, then \.\/mochi toolchain lock$/m,
    )
  })

  test('says what toolchain.json asks for and the lock does not hold', async () => {
    await using folder = await createInstalled()
    await cp(join(workspaceRoot, 'toolchain/toolchain.json'), folder.join('checkout/toolchain/toolchain.json'))
    const context = contextIn(folder, folder.join('prefix/env/current/bin'), 4000)
    await runStatus(context, { json: false })
    expect(context.written.stdout).toMatch(
      /^toolchain\.lock {2}behind, node \S+ is wanted and none is locked, .*: \.\/mochi toolchain lock$/m,
    )
  })

  test('off PATH says how to get onto it, and then the command that comes after', async () => {
    await using folder = await createInstalled()
    const context = contextIn(folder, '', 200)
    await runStatus(context, { json: false })
    expect(context.written.stdout.split('\n').slice(7)).toEqual([
      'To put the tools on PATH:',
      '  eval "$(./mochi env)"          in this shell, now',
      '  ./mochi toolchain profile add  in every shell, for good',
      '',
      'Next: ./mochi test',
      '      It checks and tests everything; what did not change comes from the cache.',
      '',
    ])
  })

  test('writes no line that is wider than the terminal, but for words that are', async () => {
    await using folder = await createInstalled()
    const context = contextIn(folder, '', 40)
    await runStatus(context, { json: false })
    const lines = context.written.stdout.split('\n').filter((line) => !line.includes(folder.path))
    const wide = lines.filter((line) => line.length > 40)
    expect(wide).toEqual([])
  })

  test('off PATH gives as data what it gives as text', async () => {
    await using folder = await createInstalled()
    const context = contextIn(folder, '')
    await runStatus(context, { json: true })
    expect(JSON.parse(context.written.stdout)).toMatchObject({
      next: { before: 'eval "$(./mochi env)"', command: './mochi test' },
    })
  })

  test('gives the same as data', async () => {
    await using folder = await createInstalled()
    const context = contextIn(folder, folder.join('prefix/env/current/bin'))
    await runStatus(context, { json: true })
    expect(JSON.parse(context.written.stdout)).toMatchObject({
      root: folder.join('checkout'),
      toolchain: { wanted: GENERATION, current: true, onPath: true },
      lock: { state: 'whole' },
      dependencies: 'fresh',
      next: { command: './mochi test' },
    })
  })

  test('gives what is wrong with the lock as data', async () => {
    await using folder = await createInstalled()
    await folder.write({ 'checkout/toolchain/toolchain.json': '{ "tools": {} }\n', 'checkout/pnpm-lock.yaml': '' })
    await folder.write({ 'checkout/toolchain/toolchain.lock': `${EMPTY_LOCK}script mochi sha256:${'0'.repeat(64)}\n` })
    const context = contextIn(folder, '')
    await runStatus(context, { json: true })
    expect(JSON.parse(context.written.stdout)).toMatchObject({ lock: { state: 'damaged' } })
  })

  test.each([
    ['is gone', undefined, 'unasked, toolchain.json is not there: git checkout HEAD -- :/toolchain/toolchain.json'],
    ['is empty', '', /faulty, toolchain\.json, line 1: expected .*: \.\/mochi toolchain check$/m],
    ['is cut off', '{', /faulty, toolchain\.json, line 1: expected .*: \.\/mochi toolchain check$/m],
    ['has a wrong key', '{ "tols": {} }', /faulty, toolchain\.json, line 1: expected the key .*: \.\/mochi/],
  ])('when toolchain.json %s names what mends that', async (_name, text, told) => {
    await using folder = await createInstalled()
    await folder.write({ 'checkout/toolchain/toolchain.lock': ONE_TOOL })
    await cp(folder.join('prefix/env', GENERATION), folder.join('prefix/env', idOf(ONE_TOOL)), { recursive: true })
    if (text === undefined) await rm(folder.join('checkout/toolchain/toolchain.json'))
    else await folder.write({ 'checkout/toolchain/toolchain.json': text })
    const context = contextIn(folder, '', 400)
    await runStatus(context, { json: false })
    const [, row = '', next = ''] = /^toolchain\.lock {2}(.*)$[^]*^Next: (.*)$/m.exec(context.written.stdout) ?? []
    expect(row).toMatch(told)
    expect(row.endsWith(`: ${next}`)).toBe(true)
  })

  test('sees that the lock file is newer than what is installed', async () => {
    await using folder = await createInstalled()
    await utimes(folder.join('checkout/node_modules/.mochi-stamp'), 0, 0)
    const context = contextIn(folder, '')
    await runStatus(context, { json: true })
    expect(JSON.parse(context.written.stdout)).toMatchObject({
      dependencies: 'stale',
      next: { command: './mochi setup' },
    })
    const told = contextIn(folder, '')
    await runStatus(told, { json: false })
    expect(told.written.stdout).toContain('dependencies  out of date: ./mochi setup\n')
  })

  test('says that the registry did not answer when the dependencies were installed', async () => {
    await using folder = await createInstalled()
    await folder.write({ 'checkout/node_modules/.mochi-stamp': 'offline\n' })
    const context = contextIn(folder, '', 200)
    await runStatus(context, { json: false })
    expect(context.written.stdout).toContain('dependencies  installed without the registry, which did not answer')
  })

  test('works in a checkout where nothing is installed yet', async () => {
    await using folder = await createFolder()
    await folder.write({ 'checkout/pnpm-lock.yaml': '' })
    const context = contextIn(folder, '')
    await runStatus(context, { json: true })
    expect(JSON.parse(context.written.stdout)).toMatchObject({ dependencies: 'absent', hooks: 'outside' })
  })
})
