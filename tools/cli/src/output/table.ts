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
        return [head.trimEnd(), ...wrapText(text, columns - 4).map((line) => `    ${line}`)].join('\n')
      }
      return `${head}${wrapText(text, room).join(`\n${' '.repeat(offset)}`)}`.trimEnd()
    })
    .join('\n')
}

/** Breaks a text at spaces into lines of at most this width; a longer word keeps a line of its own. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && visibleLength(line) + 1 + visibleLength(word) > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - visibleLength(text)))
}

// eslint-disable-next-line no-control-regex -- colours are escape sequences, which have no width
const ESCAPES = /\u001b\[[\d;]*m/g

function visibleLength(text: string): number {
  return text.replace(ESCAPES, '').length
}
