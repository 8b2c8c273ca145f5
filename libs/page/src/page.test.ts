import { expect, test } from 'vitest'
import { formatSpan, formatTime, markup, pageHeaders, renderDocument, renderTable } from './index.ts'

const EVIL = '<img src=x onerror="document.title=1">&"\''

test('what others have written is text wherever it stands', () => {
  const page = renderDocument({
    title: EVIL,
    since: EVIL,
    figures: [{ name: EVIL, value: EVIL, note: EVIL }],
    sections: [{ title: EVIL, content: [markup`<p title="${EVIL}">${EVIL}</p>`] }],
  })

  expect(page).not.toContain('<img')
  expect(page.match(/&lt;img src=x onerror=&quot;document.title=1&quot;&gt;&amp;&quot;&#39;/g)).toHaveLength(9)
})

test('a table has its values under their names, on a phone beside them', () => {
  const table = renderTable(
    'Refusals',
    [
      { name: 'Rule', is: 'text' },
      { name: 'Times', is: 'number' },
    ],
    [['cooldown', '3']],
  )

  expect(table.text).toContain('<th class="number" scope="col">Times</th>')
  expect(table.text).toContain('<th class="text" data-is="Rule" scope="row">cooldown</th>')
  expect(table.text).toContain('<td class="number" data-is="Times">3</td>')
})

test('a table without rows says so', () => {
  expect(renderTable('Refusals', [{ name: 'Rule', is: 'text' }], []).text).toContain('None.')
})

test('a page lets nothing run, and nothing be loaded', () => {
  expect(pageHeaders['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base/)
})

test('a time is said in UTC', () => {
  expect(formatTime(Date.UTC(2026, 11, 31, 23, 59, 59))).toBe('2026-12-31 23:59 UTC')
})

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [90_000_000, '1 d 1 h'],
])('%d ms are %s', (milliseconds, words) => {
  expect(formatSpan(milliseconds)).toBe(words)
})
