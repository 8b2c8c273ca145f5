import { stripVTControlCharacters } from 'node:util'

/** Stands for anything: alone on a line for any lines, none included; within a line for any text, none included. */
const ANYTHING = '…'

/** The first place where output and transcript part: an index into each; an index past the end means "nothing more". */
export type Mismatch = { readonly expected: number; readonly found: number }

/**
 * Compares a transcript with real output, line by line; trailing blanks and blank lines at both ends do not count.
 * Returns nothing when they agree, else the furthest place that any reading of the `…` lines reaches.
 */
export function matchOutput(expected: readonly string[], found: readonly string[]): Mismatch | undefined {
  // The lines of `found` that can come next, after each line of `expected`: a set, because `…` leaves several.
  let reachable = new Set([0])
  for (const [index, line] of expected.entries()) {
    const here = { expected: index, found: Math.min(...reachable) }
    reachable = advance(reachable, line, found)
    if (reachable.size === 0) return here
  }
  if (reachable.has(found.length)) return undefined
  return { expected: expected.length, found: Math.max(...reachable) }
}

/** The lines of an output as a transcript would show them: without colours. */
export function outputLines(output: string): string[] {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trimEnd())
  while (lines.at(-1) === '') lines.pop()
  while (lines[0] === '') lines.shift()
  return lines
}

function advance(reachable: ReadonlySet<number>, line: string, found: readonly string[]): Set<number> {
  if (line.trim() === ANYTHING) {
    const first = Math.min(...reachable)
    return new Set(Array.from({ length: found.length - first + 1 }, (_, offset) => first + offset))
  }
  const pattern = linePattern(line)
  return new Set([...reachable].filter((at) => pattern.test(found[at] ?? '\n')).map((at) => at + 1))
}

function linePattern(line: string): RegExp {
  const parts = line
    .trimEnd()
    .split(ANYTHING)
    .map((part) => RegExp.escape(part))
  return new RegExp(`^${parts.join('.*')}$`)
}
