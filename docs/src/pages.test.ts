import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProcess, workspaceRoot } from '@mochi/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findBrokenLinks } from './links.ts'
import { parsePage } from './page.ts'
import { beginsAtClone, createNewcomer, createReader, setUp, type Reader } from './reader.ts'
import { formatFault, replayPage } from './replay.ts'

/** Real installs, and Nx starting many times. */
const LIMIT = 180_000

// Each page keeps a core busy.
vi.setConfig({ testTimeout: LIMIT + 20_000, hookTimeout: LIMIT, maxConcurrency: 2 })

const listed = await runProcess(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.md', '.changeset/*.md'],
  {
    cwd: workspaceRoot,
  },
)
const files = [...new Set(listed.stdout.split('\n'))].filter((file) => file !== '').sort()
const replayed = files
  .filter((file) => file === 'README.md' || file.startsWith('docs/guide/'))
  .map((file) => ({ file, page: parsePage(readFileSync(join(workspaceRoot, file), 'utf8')) }))

test('every link in the Markdown files of the repository leads somewhere', () => {
  expect(files).toContain('README.md')
  expect(findBrokenLinks(workspaceRoot, files)).toEqual([])
})

test('every page of the guide is in the index', () => {
  const index = parsePage(readFileSync(join(workspaceRoot, 'docs/README.md'), 'utf8'))
  const guide = files.filter((file) => file.startsWith('docs/guide/')).map((file) => file.slice('docs/'.length))
  expect(index.links.map((link) => link.target)).toEqual(expect.arrayContaining(guide))
})

test.for(replayed)('$file shows a command, or says why it shows none', ({ page }) => {
  expect(page.steps.length === 0).toBe(page.notReplayed !== undefined)
})

describe.concurrent('replayed as a newcomer types it', () => {
  let prepared: Reader
  beforeAll(async () => {
    prepared = await createNewcomer()
    await setUp(prepared)
  })
  afterAll(() => prepared[Symbol.asyncDispose]())

  test.for(replayed.filter(({ page }) => page.steps.length > 0))('$file', async ({ file, page }, { expect }) => {
    await using reader = await (beginsAtClone(page) ? createNewcomer() : createReader(prepared))
    const fault = await replayPage(page, { cwd: reader.checkout.path, env: reader.env, limit: LIMIT })
    expect(fault === undefined ? 'as written' : formatFault(file, fault)).toBe('as written')
  })
})
