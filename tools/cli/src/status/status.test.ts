import { mkdir, symlink, utimes } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createTestContext } from '../testing/test-context.ts'
import { planNext } from './plan-next.ts'
import type { Standing } from './plan-next.ts'
import { runStatus } from './run.ts'

const GENERATION = '0123456789abcdef'

const complete: Standing = {
  toolchain: {
    wanted: GENERATION,
    installed: { prefix: '/p', path: `/p/env/${GENERATION}` },
    current: true,
    nodeOnPath: '/p/env/current/bin/node',
    onPath: true,
  },
  dependencies: 'fresh',
  hooks: 'installed',
  projects: [{ name: 'foo', room: 'apps', folder: 'apps/foo' }],
  ci: false,
}

describe('The next command', () => {
  const absent = { ...complete.toolchain, installed: undefined, onPath: false }
  const offPath = { ...complete.toolchain, onPath: false }
  test.each<[string, Partial<Standing>, string]>([
    ['everything is there', {}, './mochi test'],
    ['the lock is lost', { toolchain: { ...absent, wanted: undefined } }, 'git restore toolchain/toolchain.lock'],
    ['the toolchain is absent, whatever else is', { toolchain: absent, dependencies: 'absent' }, './mochi setup'],
    ['the dependencies are older than their lock', { dependencies: 'stale' }, './mochi setup'],
    ['the hooks are missing', { hooks: 'missing' }, './mochi setup'],
    ['the hooks are missing in CI', { hooks: 'missing', ci: true }, './mochi test'],
    ['this is no git checkout', { hooks: 'outside' }, './mochi test'],
    ['the tools are not on PATH', { toolchain: offPath }, 'eval "$(./mochi env)"'],
    ['the tools are not on PATH in CI', { toolchain: offPath, ci: true }, './mochi test'],
    ['there is no service yet', { projects: [] }, 'npx nx g service foo'],
  ])('when %s', (_name, difference, command) => {
    expect(planNext({ ...complete, ...difference }).command).toBe(command)
  })
})

/** A checkout with its generation in a prefix beside it, and fresh dependencies. */
async function createInstalled(): Promise<Folder> {
  const folder = await createFolder({
    'checkout/toolchain/toolchain.lock': `generation ${GENERATION}\n`,
    'checkout/pnpm-lock.yaml': '',
    'checkout/node_modules/.mochi-stamp': '',
    'checkout/apps/foo/package.json': '{}',
    'checkout/libs/bar/package.json': '{}',
    'checkout/libs/baz/package.json': '{}',
  })
  await folder.write({ [`prefix/env/${GENERATION}/bin/node`]: '' }, { mode: 0o755 })
  await symlink(GENERATION, folder.join('prefix/env/current'))
  return folder
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
      'projects      1 app, 2 libs, 0 tools',
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

  test('gives the same as data', async () => {
    await using folder = await createInstalled()
    const context = contextIn(folder, folder.join('prefix/env/current/bin'))
    await runStatus(context, { json: true })
    expect(JSON.parse(context.written.stdout)).toMatchObject({
      root: folder.join('checkout'),
      toolchain: { wanted: GENERATION, current: true, onPath: true },
      dependencies: 'fresh',
      next: { command: './mochi test' },
    })
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
  })

  test('works in a checkout where nothing is installed yet', async () => {
    await using folder = await createFolder()
    await mkdir(folder.join('checkout'))
    const context = contextIn(folder, '')
    await runStatus(context, { json: true })
    expect(JSON.parse(context.written.stdout)).toMatchObject({ dependencies: 'absent', hooks: 'outside' })
  })
})
