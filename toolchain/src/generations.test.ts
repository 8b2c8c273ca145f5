import { appendFile, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireSmallDisk, runProcess, startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { list } from './list.ts'
import { planPrune, prune } from './prune.ts'
import { findPrevious, rollback } from './rollback.ts'
import { createInstalled } from './testing/installed.ts'
import type { Installed } from './testing/installed.ts'
import { runOnOverlay } from './testing/overlay.ts'
import { workFolderName } from './work-folder.ts'

const now = () => new Date('2026-06-01T12:00:00Z')
const currentOf = (at: Installed) => readlink(join(at.installer.prefix, 'env/current'))
const versionOnPath = async (at: Installed) =>
  (await runProcess(join(at.installer.prefix, 'env/current/bin/alpha'), [])).stdout.trim()

test('list says what is wanted, where it stands, and what else is installed', async () => {
  await using at = await createInstalled()
  const first = await currentOf(at)
  const second = await at.use('2.0.0')
  const report = await list({ ...at.place, platform: 'linux-x64' })
  expect(report.wanted).toBe(second)
  expect(report.tools).toEqual([
    {
      tool: 'alpha',
      version: '2.0.0',
      links: ['alpha'],
      path: expect.stringMatching(/\/opt\/alpha\/2\.0\.0-[0-9a-f]{12}$/) as string,
    },
  ])
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string
  const known = new Map(report.generations.map((generation) => [generation.id, generation]))
  expect(known.get(first)).toMatchObject({ current: false, wanted: false, activated: time })
  expect(known.get(second)).toMatchObject({ current: true, wanted: true, activated: time })
})

test('list works where nothing is installed', async () => {
  await using at = await createInstalled()
  const report = await list({ ...at.place, prefixes: ['/nowhere'], platform: 'darwin-arm64' })
  expect(report).toMatchObject({
    platform: 'darwin-arm64',
    generations: [],
    tools: [{ tool: 'alpha', path: undefined }],
  })
})

describe('rollback', () => {
  test('goes back one generation at a time, and the tools with it', async () => {
    await using at = await createInstalled()
    const first = await currentOf(at)
    const second = await at.use('2.0.0')
    const third = await at.use('3.0.0')
    expect(await rollback({ ...at.place, now })).toMatchObject({ from: third, to: second })
    expect(await versionOnPath(at)).toBe('alpha 2.0.0')
    expect(await rollback({ ...at.place, now })).toMatchObject({ from: second, to: first })
    expect(await versionOnPath(at)).toBe('alpha 1.0.0')
    await expect(rollback({ ...at.place, now })).rejects.toMatchObject({
      code: 'TOOLCHAIN_NO_PREVIOUS',
      message: expect.stringContaining(`Installed besides: ${third}, ${second}.`) as string,
      hint: `./mochi toolchain rollback ${second}`,
    })
    expect(await currentOf(at)).toBe(first)
    const history = await readFile(join(at.installer.prefix, 'var/toolchain/history'), 'utf8')
    expect(history).toContain(`2026-06-01T12:00:00Z ${first} ${at.place.root}\n`)
    expect(await readdir(join(at.installer.prefix, 'tmp'))).toEqual([])
  })

  test('goes to any generation that is installed, forward too, and to no other', async () => {
    await using at = await createInstalled()
    const first = await currentOf(at)
    const second = await at.use('2.0.0')
    expect(await rollback({ ...at.place, now, to: first })).toMatchObject({ from: second, to: first })
    expect(await rollback({ ...at.place, now, to: second })).toMatchObject({ from: first, to: second })
    expect(await versionOnPath(at)).toBe('alpha 2.0.0')
    const history = () => readFile(join(at.installer.prefix, 'var/toolchain/history'), 'utf8')
    const before = await history()
    expect(await rollback({ ...at.place, now, to: second })).toMatchObject({ from: second, to: second })
    expect(await history()).toBe(before)
    await expect(rollback({ ...at.place, now, to: '0123456789abcdef' })).rejects.toMatchObject({
      code: 'TOOLCHAIN_GENERATION_UNKNOWN',
      message: `Expected the id of an installed generation (${first}, ${second}), found 0123456789abcdef.`,
    })
    expect(await currentOf(at)).toBe(second)
  })

  test('passes over what is not installed any more', async () => {
    await using at = await createInstalled()
    const first = await currentOf(at)
    const second = await at.use('2.0.0')
    await at.use('3.0.0')
    await rm(join(at.installer.prefix, 'env', second), { recursive: true })
    expect(await rollback({ ...at.place, now })).toMatchObject({ to: first })
  })

  test('there is never a moment without a current generation', async () => {
    await using at = await createInstalled()
    await at.use('2.0.0')
    const link = join(at.installer.prefix, 'env/current')
    const watch = 'i=0; echo ready; while [ $i -lt 20000 ]; do [ -L "$0" ] || echo gone; i=$((i+1)); done; echo done'
    await using watcher = startProcess('sh', ['-c', watch, link])
    await watcher.waitFor('ready')
    await rollback({ ...at.place, now })
    expect((await watcher.ended).stdout).toBe('ready\ndone\n')
  })

  test('where no other is installed says where older ones come from', async () => {
    await using at = await createInstalled()
    await expect(rollback({ ...at.place, now })).rejects.toMatchObject({
      code: 'TOOLCHAIN_NO_PREVIOUS',
      message: expect.stringContaining('No other is installed.') as string,
      hint: 'git log --oneline -- :/toolchain/toolchain.lock',
    })
  })

  test('without an installation says so', async () => {
    await expect(rollback({ root: '/x', prefixes: ['/nowhere'], now })).rejects.toMatchObject({
      code: 'TOOLCHAIN_NO_PREVIOUS',
      hint: './mochi setup',
    })
  })
})

describe('the generation before the current one', () => {
  const installed = ['a', 'b', 'c', 'd']
  const previous = (history: string, current: string, there = installed) =>
    findPrevious(
      history.split('').map((generation) => ({ time: '', generation, root: '/' })),
      current,
      there,
    )

  test.each([
    ['abc', 'c', 'b'],
    ['abcb', 'b', 'a'],
    ['abcba', 'a', undefined],
    ['abcbd', 'd', 'b'],
    ['aab', 'b', 'a'],
    ['a', 'a', undefined],
    ['', 'a', undefined],
    ['ab', 'x', 'b'],
  ])('after %s at %s it is %s', (history, current, expected) => {
    expect(previous(history, current)).toBe(expected)
  })

  test('is one that is installed', () => {
    expect(previous('abc', 'c', ['a', 'c'])).toBe('a')
  })
})

describe('prune', () => {
  const ids = async (at: Installed) =>
    (await readdir(join(at.installer.prefix, 'env'))).filter((name) => name !== 'current').sort()
  const versions = async (at: Installed) =>
    (await readdir(join(at.installer.prefix, 'opt/alpha'))).map((name) => name.slice(0, 5)).sort()

  test('keeps the current, the one before and this checkout’s; the rest goes with its tools', async () => {
    await using at = await createInstalled()
    const first = await currentOf(at)
    const second = await at.use('2.0.0')
    const third = await at.use('3.0.0')
    const [plan] = await planPrune(at.place)
    if (plan === undefined) throw new Error('There was no plan.')
    expect(plan.remove.map(({ path, why }) => [path.slice(at.installer.prefix.length + 1), why])).toEqual([
      [`env/${first}`, 'no checkout wants it'],
      [expect.stringMatching(/^opt\/alpha\/1\.0\.0-/) as string, 'no kept generation links to it'],
    ])
    expect(plan.bytes).toBeGreaterThan(40)
    expect(await versions(at)).toEqual(['1.0.0', '2.0.0', '3.0.0'])
    await prune(plan)
    expect(await ids(at)).toEqual([second, third].sort())
    expect(await versions(at)).toEqual(['2.0.0', '3.0.0'])
    expect(await versionOnPath(at)).toBe('alpha 3.0.0')
    expect(await readdir(join(at.installer.prefix, 'tmp'))).toEqual([])
  })

  test('keeps what another living checkout of the history wants, until that is gone', async () => {
    await using at = await createInstalled()
    const first = await currentOf(at)
    const other = at.installer.folder.join('other checkout')
    await mkdir(join(other, 'toolchain'), { recursive: true })
    await writeFile(
      join(other, 'toolchain/toolchain.lock'),
      await readFile(join(at.place.root, 'toolchain/toolchain.lock'), 'utf8'),
    )
    await appendFile(join(at.installer.prefix, 'var/toolchain/history'), `2026-01-01T00:00:00Z ${first} ${other}\n`)
    await at.use('2.0.0')
    await at.use('3.0.0')
    expect((await planPrune(at.place))[0]?.keep).toContainEqual({
      path: join(at.installer.prefix, 'env', first),
      why: `${other} wants it`,
    })
    await rm(other, { recursive: true })
    expect((await planPrune(at.place))[0]?.remove.map(({ path }) => path)).toContain(
      join(at.installer.prefix, 'env', first),
    )
  })

  test('a checkout in the middle of a merge keeps what it activated last', async () => {
    await using at = await createInstalled()
    const first = await currentOf(at)
    const other = at.installer.folder.join('other')
    await mkdir(join(other, 'toolchain'), { recursive: true })
    await writeFile(join(other, 'toolchain/toolchain.lock'), '<<<<<<< HEAD\n')
    await appendFile(join(at.installer.prefix, 'var/toolchain/history'), `2026-01-01T00:00:00Z ${first} ${other}\n`)
    await at.use('2.0.0')
    await at.use('3.0.0')
    expect((await planPrune(at.place))[0]?.remove).toEqual([])
  })

  test('a generation that was activated after the plan was made stays', async () => {
    await using at = await createInstalled()
    const first = await currentOf(at)
    await at.use('2.0.0')
    await at.use('3.0.0')
    const [plan] = await planPrune(at.place)
    await at.use('1.0.0')
    if (plan !== undefined) await prune(plan)
    expect(await currentOf(at)).toBe(first)
    expect(await versionOnPath(at)).toBe('alpha 1.0.0')
  })

  test('refuses while an installation is under way, and a plan that leads out of the prefix', async () => {
    await using at = await createInstalled()
    const plan = { prefix: at.installer.prefix, keep: [], bytes: 0 }
    await expect(
      prune({ ...plan, remove: [{ kind: 'tool', path: at.place.root, bytes: 0, why: '' }] }),
    ).rejects.toMatchObject({
      code: 'TOOLCHAIN_PREFIX_REFUSED',
    })
    await using running = startProcess('sleep', ['60'])
    await mkdir(join(at.installer.prefix, 'tmp', workFolderName(running.pid)))
    await expect(prune({ ...plan, remove: [] })).rejects.toMatchObject({
      code: 'TOOLCHAIN_INSTALL_RUNNING',
      facts: { pid: running.pid },
    })
  })

  test.runIf(requireSmallDisk())('works on a prefix that came with the image of a container', async () => {
    await using at = await createInstalled()
    const first = await currentOf(at)
    await at.use('2.0.0')
    await at.use('3.0.0')
    const plans = JSON.stringify(await planPrune(at.place))
    await mkdir(at.installer.folder.join('scratch'))
    const overlay = { folder: at.installer.prefix, scratch: at.installer.folder.join('scratch') }
    const outcome = await runOnOverlay(
      overlay,
      `import { prune } from ${JSON.stringify(join(import.meta.dirname, 'prune.ts'))}
       import { readdirSync } from 'node:fs'
       for (const plan of ${plans}) await prune(plan)
       console.log(readdirSync('${at.installer.prefix}/opt/alpha').length, readdirSync('${at.installer.prefix}/env').includes('${first}'))`,
    )
    expect(outcome).toMatchObject({ code: 0, stdout: '2 false\n' })
  })

  test('a folder that is no prefix has no plan', async () => {
    await using at = await createInstalled()
    expect(await planPrune({ ...at.place, prefixes: ['/nowhere', at.place.root] })).toEqual([])
  })
})
