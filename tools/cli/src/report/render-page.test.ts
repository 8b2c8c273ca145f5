import { createFolder, requireCommand } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { startBrowser } from '@mochi/testing/browser'
import type { Look, OpenedPage, TestBrowser } from '@mochi/testing/browser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderPage } from './render-page.ts'
import type { CiReport, ReportedProject } from './report.ts'
import { createJunit, createProject, createReport, createTask, FAILED, PASSED, SKIPPED } from './testing.fixture.ts'

const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(2)>${'long'.repeat(60)}'</style></title>`
const evilCase = FAILED.replace('a &lt;b&gt;', EVIL.replaceAll('<', '&lt;').replaceAll('"', '&quot;'))

const foo = createProject({
  why: ['apps/foo/src/a.ts changed', EVIL],
  junit: createJunit({
    'src/a.test.ts': [FAILED, evilCase, PASSED],
    [`src/${'deep/'.repeat(40)}b.test.ts`]: [SKIPPED],
  }),
  lcov: `SF:src/a.ts\nFN:1,f\nFNDA:1,f\nDA:1,1\nDA:2,0\nDA:3,0\nDA:5,1\nBRDA:1,0,0,0\nend_of_record\nSF:src/${'x'.repeat(200)}.ts\nDA:1,0\nend_of_record\nSF:src/whole.ts\nDA:1,1\nend_of_record\n`,
  tasks: [
    createTask({
      target: 'lint',
      status: 'failure',
      output: `/x/apps/foo/src/a.ts\n  3:7  error  ${EVIL}  some-rule\n`,
    }),
    createTask({ target: 'typecheck', status: 'local-cache', ms: 240 }),
    createTask({ target: 'coverage', status: 'failure', ms: 65_000, output: EVIL }),
    createTask({ target: 'build', status: 'skipped', ms: 0 }),
  ],
  thresholds: ['Coverage for lines (50%) does not meet global threshold (80%)'],
})
const bar = createProject({
  name: 'bar',
  folder: 'libs/bar',
  junit: createJunit({ 'src/a.test.ts': [PASSED] }),
  tasks: [createTask({ status: 'remote-cache' })],
})

const failing = createReport({
  base: 'fedcba9876543210',
  counts: { passed: 2, failed: 4, skipped: 1 },
  projects: [bar, foo],
  steps: [{ name: 'format', ok: false, output: EVIL }],
  flakes: [
    {
      task: 'bar:coverage',
      hash: '12345678901234567890',
      passed: 3,
      failed: 1,
      first: '2026-01-01T00:00:00Z',
      last: EVIL,
      lastFailure: EVIL,
    },
  ],
})

test('a page asks for nothing and runs nothing', () => {
  const page = renderPage(failing)
  expect(page).not.toMatch(/<script|<img|<link(?![^>]*href="data:,")|@import|url\(|https?:/i)
})

test('a run of which nothing failed says so, one of which anything failed does not', () => {
  expect(renderPage(createReport({ projects: [bar] }))).toContain('</span> Passed</h1>')
  expect(renderPage(createReport({ projects: [bar] }))).toContain('<title>Passed: mochi ci, 0123456789ab</title>')
  expect(renderPage(createReport({ steps: [{ name: 'check', ok: false, output: '' }] }))).toContain(
    '</span> Failed</h1>',
  )
  expect(renderPage(createReport())).toContain('No project was affected.')
})

test('a report of 100 projects of 3,000 tests is a page of less than 3 MB', () => {
  const page = renderPage(createLarge())
  expect(page).toContain('more are in <code>junit.xml</code>')
  expect(Buffer.byteLength(page)).toBeLessThan(3e6)
})

describe.runIf(requireCommand('chromium'))('in a browser', () => {
  let browser: TestBrowser
  let folder: Folder

  beforeAll(async () => {
    browser = await startBrowser()
    folder = await createFolder({
      'failing.html': renderPage(failing),
      'passing.html': renderPage(createReport({ projects: [bar] })),
      'large.html': renderPage(createLarge()),
    })
  })

  afterAll(async () => {
    await browser[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  const open = (name: string, look: Look): Promise<OpenedPage> =>
    browser.open(`file://${folder.join(`${name}.html`)}`, look)
  const openAll = 'document.querySelectorAll("details").forEach((details) => (details.open = true))'

  test.each(['failing', 'passing', 'large'])(
    'the %s page fits a phone and a screen, all details open',
    async (name) => {
      for (const width of [360, 1280]) {
        await using opened = await open(name, { width })
        if (name !== 'large') await opened.page.evaluate(openAll)
        expect(await opened.findFaults()).toEqual([])
      }
    },
  )

  test('no figure of the head stands alone in a row', async () => {
    for (const width of [360, 700, 1280]) {
      await using opened = await open('failing', { width })
      const { page } = opened
      const tops = await page.evaluate<number[]>(
        '[...document.querySelectorAll(".facts > div")].map((figure) => figure.offsetTop)',
      )
      const rows = Object.values(Object.groupBy(tops, String)).map((row) => row?.length)
      expect({ width, alone: rows.filter((length) => length === 1) }).toEqual({ width, alone: [] })
    }
  })

  test.each(['light', 'dark'] as const)('every text of the page has contrast where it is %s', async (colorScheme) => {
    for (const name of ['failing', 'passing']) {
      await using opened = await open(name, { width: 1280, colorScheme })
      await opened.page.evaluate(openAll)
      expect(await opened.findFaults()).toEqual([])
    }
  })

  test('the keyboard opens what is closed, and comes to every part', async () => {
    await using opened = await open('passing', { width: 1280 })
    const { page } = opened
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY')
    await page.keyboard.press('Enter')
    expect(await page.getByRole('table', { name: 'Tasks' }).isVisible()).toBe(true)
  })

  test('what failed stands first, with its place and message', async () => {
    await using opened = await open('failing', { width: 1280 })
    const { page } = opened
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Failed')
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Failures 5',
      'Flakes 1',
      'Projects 2',
    ])
    const failures = page.getByRole('region', { name: 'Failures' })
    const [first = '', second = '', lint = '', build = '', format = ''] = await failures
      .locator('> details')
      .allInnerTexts()
    expect(first).toContain('apps/foo/src/a.test.ts:4:19')
    expect(first).toContain('expected 1 to be 2')
    expect(second).toContain(EVIL)
    expect(lint).toContain('apps/foo/src/a.ts:3:7')
    expect(build).toContain('It did not run to its end')
    expect(format).toContain('step of the run')
  })

  test('a project says why it ran, how its tasks ended and where from, and which lines never ran', async () => {
    await using opened = await open('failing', { width: 1280 })
    const { page } = opened
    await page.evaluate(openAll)
    const projects = page.getByRole('region', { name: 'Projects' })
    expect(await projects.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['foo', 'bar'])
    const text = (await projects.innerText()).replaceAll(/\s+/g, ' ')
    expect(text).toContain('apps/foo/src/a.ts changed')
    expect(text).toContain('typecheck passed local cache 240 ms')
    expect(text).toContain('lint passed shared cache 1.0 s')
    expect(text).toContain('src/a.ts 50 % 0 % 100 % 2–3')
    expect(text).toContain('1 other file ran wholly.')
    expect(text).toContain('2 failed')
  })

  test('on paper everything is open', async () => {
    await using opened = await open('passing', { width: 800 })
    const { page } = opened
    const isShown = () => page.getByText('shared cache').isVisible()
    expect(await isShown()).toBe(false)
    await page.emulateMedia({ media: 'print' })
    expect(await isShown()).toBe(true)
  })
})

function createLarge(): CiReport {
  const broken = FAILED.replace('AssertionError: ', 'x'.repeat(10_000))
  const cases = Array.from({ length: 30 }, () => PASSED)
  const junit = createJunit(
    Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`src/folder/f${index}.test.ts`, cases])),
  )
  const failed = createJunit({ 'src/a.test.ts': Array.from({ length: 600 }, () => broken) })
  const lines = Array.from({ length: 40 }, (_, index) => `DA:${index * 3},${index % 2}\n`).join('')
  const lcov = Array.from({ length: 60 }, (_, index) => `SF:src/folder/f${index}.ts\n${lines}end_of_record\n`).join('')
  const project = (index: number): ReportedProject =>
    createProject({
      name: `project-${index}`,
      folder: `libs/project-${index}`,
      why: Array.from({ length: 50 }, (_, line) => `libs/errors/src/a${line}.ts changed`),
      junit: index === 0 ? failed : junit,
      lcov,
      tasks: ['lint', 'typecheck', 'coverage', 'build'].map((target) =>
        createTask({ target, output: 'much\n'.repeat(5000) }),
      ),
    })
  return createReport({ projects: Array.from({ length: 100 }, (_, index) => project(index)) })
}
