import { visibleLength, wrapLines, wrapText } from './wrap.ts'

/**
 * Rows in aligned columns, two spaces apart, the last column wrapped to the width at spaces. Where the last column would
 * have less than 24 characters it stands on lines of its own, indented, so that a narrow terminal stays readable.
 */
export function formatTable(rows: readonly (readonly string[])[], columns: number): string {
  const last = Math.max(0, ...rows.map((row) => row.length - 1))
  const widths = Array.from({ length: last }, (_, index) =>
    Math.max(0, ...rows.map((row) => visibleLength(row[index] ?? ''))),
  )
  const offset = widths.reduce((sum, width) => sum + width + 2, 0)
  const room = columns - offset
  return rows
    .map((row) => {
      const cells = widths.map((width, index) => pad(row[index] ?? '', width))
      const head = cells.map((cell) => `${cell}  `).join('')
      const text = row[last] ?? ''
      if (room < 24 && offset + visibleLength(text) > columns) {
        return [wrapLines(head.trimEnd(), columns), ...wrapText(text, columns - 4).map((line) => `    ${line}`)].join(
          '\n',
        )
      }
      return `${head}${wrapText(text, room).join(`\n${' '.repeat(offset)}`)}`.trimEnd()
    })
    .join('\n')
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - visibleLength(text)))
}
