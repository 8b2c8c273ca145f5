import type { LocatedFault } from './fault.ts'

const SHOWN = 50

/** All faults of a file for a person: their number, then one block each of place, words, and the line with the span underlined. */
export function formatFaults(file: string, faults: readonly LocatedFault[]): string {
  const heading = `${file} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:`
  const blocks = faults.slice(0, SHOWN).map((fault) => {
    const meant = fault.suggestion === undefined ? '' : `; did you mean ${fault.suggestion}?`
    return `${formatPlace(file, fault)} expected ${fault.expected}, found ${fault.found}${meant}\n${fault.excerpt}`
  })
  const rest = faults.length - blocks.length
  return [heading, ...blocks, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n\n')
}

/** `mochi.json:4:12`, which terminals and editors open; the file alone without a fault. */
export function formatPlace(file: string, fault: LocatedFault | undefined): string {
  return fault === undefined ? file : `${file}:${fault.line}:${fault.column}`
}
