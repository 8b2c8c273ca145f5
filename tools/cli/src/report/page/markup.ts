import { escapeMarkup } from '../xml.ts'

/** A piece of HTML. Only `markup` makes one, so that no text reaches the page unescaped. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** What may stand in a template: texts are escaped, pieces stay as they are, nothing is nothing. */
export type Part = Markup | string | number | undefined | readonly Part[]

/** A template of HTML whose texts are escaped. (A tag called `html` would be reformatted by prettier, spaces included.) */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => text + formatPart(parts[index])).join(''))
}

function formatPart(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(formatPart).join('')
  return escapeMarkup(String(part))
}

/** A column: its header, and whether it holds figures. */
export type Column = { title: string; figures?: true }

/** The last rows of a long table are counted, not shown: `more` says what they are. */
export type Table = {
  caption: string
  columns: readonly Column[]
  rows: readonly (readonly Part[])[]
  more?: string | undefined
}

/** A table whose first cell of each row is its header. On a phone each row is a block with its columns' titles. */
export function renderTable({ caption, columns, rows, more }: Table): Markup {
  const heads = columns.map(({ title, figures }) => markup`<th scope="col"${figureClass(figures)}>${title}</th>`)
  return markup`<table><caption>${caption}</caption><thead><tr>${heads}</tr></thead>
<tbody>${rows.map((row) => renderRow(row, columns))}</tbody></table>
${more === undefined ? undefined : markup`<p class="more">${more}</p>\n`}`
}

function renderRow(row: readonly Part[], columns: readonly Column[]): Markup {
  const [head, ...cells] = row
  const rest = cells.map((cell, index) => {
    const column = columns[index + 1]
    return markup`<td data-title="${column?.title}"${figureClass(column?.figures)}>${cell}</td>`
  })
  return markup`<tr><th scope="row">${head}</th>${rest}</tr>\n`
}

function figureClass(figures: true | undefined): Markup | undefined {
  return figures ? markup` class="figures"` : undefined
}
