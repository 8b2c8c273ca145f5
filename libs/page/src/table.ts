import { markup } from './html.ts'
import type { Html } from './html.ts'

/** A column: `text` and `word` stand at the left, `number` at the right; words and numbers are not broken where there is room. */
export type Column = { readonly name: string; readonly is: 'text' | 'word' | 'number' }
export type Cell = string | Html

/** Rows of values; on a phone each is a card. The first column is what a row is about. Its caption is for who cannot see it. Without rows it says so. */
export function renderTable(caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html {
  if (rows.length === 0) return markup`<p class="soft">None.</p>`
  const head = columns.map(({ name, is }) => markup`<th class="${is}" scope="col">${name}</th>`)
  const body = rows.map((row) => {
    const cells = row.map((value, at) => {
      const { name = '', is = 'text' } = columns[at] ?? {}
      if (at === 0) return markup`<th class="${is}" data-is="${name}" scope="row">${value}</th>`
      return markup`<td class="${is}" data-is="${name}">${value}</td>`
    })
    return markup`<tr>
      ${cells}
    </tr> `
  })
  return markup`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`
}
