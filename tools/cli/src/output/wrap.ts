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

/**
 * Breaks the lines that are wider than this at spaces. What follows stands under the last column of the line, which two
 * spaces begin, where that has 20 characters; else it is indented by four.
 */
export function wrapLines(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (visibleLength(line) <= width ? line : wrapLine(line, width)))
    .join('\n')
}

/** A text in which paragraphs are broken anywhere, with each of them on lines of this width. Lists and code stay. */
export function fillParagraphs(text: string, width: number): string {
  const blocks = text.split(/\n{2,}/).map((block) => (NOT_PLAIN.test(block) ? block : block.replaceAll('\n', ' ')))
  return wrapLines(blocks.join('\n\n'), width)
}

/** A line that begins an item, a row, a quotation, a title or code. */
const NOT_PLAIN = /^(?:\s|[-*|>#]|\d+\.|`{3})/m

function wrapLine(line: string, width: number): string {
  const [lead = ''] = /^ */.exec(line) ?? []
  const hang = hangOf(line, width)
  const [first = '', ...rest] = wrapText(line.slice(lead.length), width - lead.length)
  const others = rest.length === 0 ? [] : wrapText(rest.join(' ').trimStart(), width - hang)
  return [lead + first.trimEnd(), ...others.map((part) => ' '.repeat(hang) + part)].join('\n')
}

/** Plain text begins where it began; a table's row goes on in its last column. */
function hangOf(line: string, width: number): number {
  const plain = line.replace(ESCAPES, '')
  const indent = /^ */.exec(plain)?.[0].length ?? 0
  const gap = [...plain.matchAll(/\S {2,}(?=\S)/g)].at(-1)
  if (gap === undefined) return indent
  const column = gap.index + gap[0].length
  return width - column >= 20 ? column : indent + 4
}

// eslint-disable-next-line no-control-regex -- colours are escape sequences, which have no width
const ESCAPES = /\u001b\[[\d;]*m/g

/** How many characters a terminal shows of it. */
export function visibleLength(text: string): number {
  return text.replace(ESCAPES, '').length
}

/** A line of which a terminal shows at most so many characters; where it is longer, an ellipsis ends it. Its colours stay. */
export function cutLine(line: string, width: number): string {
  if (visibleLength(line) <= width) return line
  const state = { room: width - 1, isCut: false }
  const keep = (text: string): string => {
    if (state.isCut) return ''
    const kept = text.slice(0, state.room)
    state.room -= kept.length
    state.isCut = kept !== text
    return state.isCut ? `${kept}…` : kept
  }
  const escapes = line.match(ESCAPES) ?? []
  return line
    .split(ESCAPES)
    .map((text, index) => keep(text) + (escapes[index] ?? ''))
    .join('')
}
