import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProcess, workspaceRoot } from '@mochi/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { findBrokenLinks } from './links.ts'
import { parsePage, type Page } from './page.ts'
import { createNewcomer, restore, type Reader } from './reader.ts'
import { formatFault, replayPage } from './replay.ts'

/** Real installs, and Nx starting many times. */
const LIMIT = 180_000

vi.setConfig({ testTimeout: LIMIT + 20_000, hookTimeout: LIMIT })

const listed = await runProcess(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.md', '.changeset/*.md'],
  {
    cwd: workspaceRoot,
  },
)
const files = [...new Set(listed.stdout.split('\n'))]
  .filter((file) => existsSync(join(workspaceRoot, file)) && file !== '')
  .sort()
const guide = files.filter((file) => file.startsWith('docs/guide/')).map((file) => ({ file, page: read(file) }))

test('every link in the Markdown files of the repository leads somewhere', () => {
  expect(files).toContain('README.md')
  expect(findBrokenLinks(workspaceRoot, files)).toEqual([])
})

test('every page of the guide is in the index', () => {
  const targets = read('docs/README.md').links.map((link) => link.target)
  expect(targets).toEqual(expect.arrayContaining(guide.map(({ file }) => file.slice('docs/'.length))))
})

test.for(guide)('$file shows a command, or says why it shows none', ({ page }) => {
  expect(page.steps.length === 0).toBe(page.notReplayed !== undefined)
})

/** A minute of two cores: `npx nx coverage docs` sets it, `npx nx test docs` stays quick. */
const isReplayed = process.env['MOCHI_REPLAY'] === '1'
if (!isReplayed) console.log('The pages are not replayed; npx nx coverage docs replays them.')

describe.runIf(isReplayed)('replayed as a newcomer types it', () => {
  let newcomer: Reader
  let readme: string
  beforeAll(async () => {
    newcomer = await createNewcomer()
    readme = await replay('README.md', newcomer)
  })
  afterAll(() => newcomer[Symbol.asyncDispose]())

  // Each page begins with the files that were cloned and all that README.md has installed.
  beforeEach(() => restore(newcomer))

  test('README.md, on a machine with nothing of ours', () => {
    expect(readme).toBe('as written')
  })

  test.for(guide.filter(({ page }) => page.steps.length > 0))('$file, after the setup', async ({ file }) => {
    expect(await replay(file, newcomer)).toBe('as written')
  })
})

async function replay(file: string, { checkout, env }: Reader): Promise<string> {
  const fault = await replayPage(read(file), { cwd: checkout.path, env, limit: LIMIT })
  return fault === undefined ? 'as written' : formatFault(file, fault)
}

function read(file: string): Page {
  return parsePage(readFileSync(join(workspaceRoot, file), 'utf8'))
}
