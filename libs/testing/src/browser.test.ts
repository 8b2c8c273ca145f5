import { describe, expect, test } from 'vitest'
import { startBrowser } from './browser.ts'
import { createFolder } from './folder.ts'
import { requireCommand } from './require.ts'

const page = (body: string, style = '') =>
  `<!doctype html><html lang="en"><head><title>A page</title><style>${style}</style></head><body><main><h1>A page</h1>${body}</main></body></html>`

describe.runIf(requireCommand('chromium'))('a page', () => {
  async function faultsOf(html: string): Promise<string[]> {
    await using folder = await createFolder({ 'page.html': html })
    await using browser = await startBrowser()
    await using opened = await browser.open(`file://${folder.join('page.html')}`, { width: 360 })
    return await opened.findFaults()
  }

  test('that everybody can read has no faults', async () => {
    expect(await faultsOf(page('<p>Words.</p>'))).toEqual([])
  })

  test.each([
    ['is wider than the window', page('<p>Words.</p>', 'p { width: 400px }'), /^wider than the window$/],
    ['has a text that is too faint', page('<p class="a">Words.</p>', '.a { color: #999 }'), /^too faint: P\.a 2\.\d$/],
    [
      'has a table that nobody announces',
      page('<table><thead><tr><th scope="col">A</th></tr></thead><tbody></tbody></table>'),
      /^table without caption$/,
    ],
    ['has an error', page('<script>throw new Error("broken")</script>'), /broken/],
    [
      'asks for something else',
      page('<img src="file:///nowhere.png" alt="nothing">'),
      /^request: file:\/\/\/nowhere\.png$/,
    ],
    ['leads nowhere', page('<a href="#nowhere">There</a>'), /^link to nothing$/],
  ])('that %s is found', async (_what, html, fault) => {
    expect(await faultsOf(html)).toContainEqual(expect.stringMatching(fault))
  })
})
