import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Page } from 'playwright-core'

export type Look = { readonly width: number; readonly colorScheme?: 'light' | 'dark' }

/** On a phone and on a screen, by day and by night. */
export const LOOKS = [
  { width: 360, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const satisfies readonly Look[]

export type OpenedPage = AsyncDisposable & {
  readonly page: Page
  /** Everything that it said or did that a page must not: its console, its errors, its requests of others. */
  readonly noise: readonly string[]
  /** What is wrong with it for those who read it. */
  findFaults(): Promise<string[]>
}

export type TestBrowser = AsyncDisposable & {
  open(url: string, look: Look): Promise<OpenedPage>
}

/**
 * A browser without a window: `describe.runIf(requireCommand('chromium'))`. With MOCHI_SCREENSHOTS=FOLDER a picture of every page that
 * `findFaults` looked at is left there, to be looked at by people.
 */
export async function startBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: find('chromium'), args: ['--no-sandbox'] })
  return {
    open: async (url, look) => {
      const { width, colorScheme = 'light' } = look
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
      const noise = listen(page, url)
      await page.goto(url)
      return {
        page,
        noise,
        findFaults: () => findFaults(page, noise, `${colorScheme}-${width}`),
        [Symbol.asyncDispose]: () => page.close(),
      }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

function listen(page: Page, url: string): string[] {
  const noise: string[] = []
  page.on('console', (message) => {
    if (!message.location().url.endsWith('/favicon.ico')) noise.push(message.text())
  })
  page.on('pageerror', (error) => noise.push(error.message))
  page.on('dialog', (dialog) => {
    noise.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin || request.url().startsWith('file:'))
      if (request.url() !== url) noise.push(`request: ${request.url()}`)
  })
  return noise
}

async function findFaults(page: Page, noise: readonly string[], look: string): Promise<string[]> {
  const shots = process.env['MOCHI_SCREENSHOTS']
  const title = (await page.title()).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${title}-${look}.png`), fullPage: true })
  const wide = await page.evaluate<string[]>(FIND_WIDE)
  const faint = await page.evaluate<string[]>(FIND_FAINT)
  const barriers = await page.evaluate<string[]>(FIND_BARRIERS)
  return [...noise, ...wide, ...faint.map((text) => `too faint: ${text}`), ...barriers]
}

function find(command: string): string {
  const files = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, command))
  return files.find(isExecutable) ?? command
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A page that has to be moved sideways. Runs in the page. */
const FIND_WIDE = `document.documentElement.scrollWidth > window.innerWidth ? ['wider than the window'] : []`

/** Texts whose contrast with what is behind them is under 4.5 (WCAG 2.2, 1.4.3). Runs in the page. */
const FIND_FAINT = `(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((part) => {
      const share = part / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor)
      if (color.length === 3 || color[3] === 1) return color
    }
    return [255, 255, 255]
  }
  const faint = new Set()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.textContent.trim() === '') continue
    const [a, b] = [parse(getComputedStyle(node.parentElement).color), ground(node.parentElement)].map(luminance)
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < 4.5) faint.add(node.parentElement.tagName + '.' + node.parentElement.className + ' ' + ratio.toFixed(1))
  }
  return [...faint]
})()`

/** What a reader by ear or by keyboard would stumble over. Runs in the page. */
const FIND_BARRIERS = `(() => {
  const found = []
  const all = (selector) => [...document.querySelectorAll(selector)]
  if (document.documentElement.lang === '') found.push('no language')
  if (document.title === '') found.push('no title')
  if (all('h1').length !== 1) found.push('not one h1')
  if (all('main').length !== 1) found.push('not one main')
  let level = 0
  for (const heading of all('h1,h2,h3,h4,h5,h6')) {
    const next = Number(heading.tagName[1])
    if (next > level + 1) found.push('heading leaps to ' + heading.outerHTML)
    if (heading.textContent.trim() === '') found.push('empty heading')
    level = next
  }
  for (const table of all('table')) {
    if (table.caption === null || table.caption.textContent.trim() === '') found.push('table without caption')
    if (table.querySelector('th:not([scope])') !== null) found.push('header without scope')
    for (const row of table.tBodies[0].rows) {
      if (row.querySelector('th[scope=row]') === null) found.push('row without header')
      if (row.cells.length !== table.tHead.rows[0].cells.length) found.push('row of another length')
    }
  }
  for (const details of all('details')) {
    if (details.firstElementChild?.tagName !== 'SUMMARY') found.push('details without summary')
  }
  for (const link of all('a')) {
    if (link.textContent.trim() === '') found.push('link without words')
    const href = link.getAttribute('href') ?? ''
    if (href.startsWith('#') && document.getElementById(href.slice(1)) === null) found.push('link to nothing')
  }
  for (const labelled of all('[aria-labelledby]')) {
    if (document.getElementById(labelled.getAttribute('aria-labelledby')) === null) found.push('label that is not there')
  }
  const ids = all('[id]').map(({ id }) => id)
  if (new Set(ids).size !== ids.length) found.push('an id twice')
  if (all('[tabindex]:not([tabindex="0"])').length > 0) found.push('an order of its own')
  return found
})()`
