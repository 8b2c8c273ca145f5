import type { Fault, LocatedFault } from './fault.ts'

const LINE_END = /\r\n|\r|\n/g
const WIDEST = 100
/** What would move the cursor or colour the terminal instead of being shown. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Gives faults their line, column and excerpt, in the order of the text. */
export function locate(text: string, faults: readonly Fault[]): LocatedFault[] {
  const starts = lineStarts(text)
  return faults
    .map((fault) => {
      const index = lastAtOrBefore(starts, fault.offset)
      const start = starts[index] ?? 0
      const place = { line: index + 1, column: fault.offset - start + 1 }
      return { ...fault, ...place, excerpt: underline(text.slice(start, starts[index + 1]), { ...fault, ...place }) }
    })
    .sort((first, second) => first.offset - second.offset)
}

/**
 * A line with a span of it underlined; of a long line the part around the span.
 *
 *     4 |   "port": "80"
 *       |           ^^^^
 */
function underline(line: string, span: { line: number; column: number; length: number }): string {
  const whole = line.replace(/[\r\n]+$/, '')
  const from = whole.length <= WIDEST ? 0 : Math.max(0, span.column - 1 - WIDEST / 2)
  const shown = whole.slice(from, from + WIDEST).replace(UNPRINTABLE, ' ')
  const before = span.column - 1 - from
  const marks = '^'.repeat(Math.max(1, Math.min(span.length, shown.length - before)))
  const number = String(span.line)
  return `  ${number} | ${shown}\n  ${' '.repeat(number.length)} | ${' '.repeat(before)}${marks}`
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(LINE_END)].map(({ 0: end, index }) => index + end.length)]
}

/** Index of the last of the rising numbers that is not above the wanted one. */
function lastAtOrBefore(numbers: readonly number[], wanted: number): number {
  const above = numbers.findIndex((number) => number > wanted)
  return above === -1 ? numbers.length - 1 : above - 1
}
