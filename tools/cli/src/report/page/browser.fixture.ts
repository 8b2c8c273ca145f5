import type { Browser, Page } from 'playwright-core'

/** Everything that a page said or did that a report must not: its console, its errors, its requests. */
export type Opened = { page: Page; noise: readonly string[] }

export type Look = { width: number; colorScheme?: 'light' | 'dark' }

/** Opens HTML from a file, so that a request would show. */
export async function openPage(
  browser: Browser,
  file: string,
  { width, colorScheme = 'light' }: Look,
): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
  const noise: string[] = []
  page.on('console', (message) => noise.push(message.text()))
  page.on('pageerror', (error) => noise.push(error.message))
  page.on('dialog', (dialog) => {
    noise.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (request.url() !== `file://${file}`) noise.push(`request: ${request.url()}`)
  })
  await page.goto(`file://${file}`)
  return { page, noise }
}

/** Texts whose contrast with what is behind them is under 4.5 (WCAG 2.2, 1.4.3). Runs in the page. */
export const FIND_FAINT = `(() => {
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
export const FIND_BARRIERS = `(() => {
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
    if (document.querySelector(link.getAttribute('href')) === null) found.push('link to nothing')
  }
  for (const labelled of all('[aria-labelledby]')) {
    if (document.getElementById(labelled.getAttribute('aria-labelledby')) === null) found.push('label that is not there')
  }
  const ids = all('[id]').map(({ id }) => id)
  if (new Set(ids).size !== ids.length) found.push('an id twice')
  if (all('[tabindex]:not([tabindex="0"])').length > 0) found.push('an order of its own')
  return found
})()`
