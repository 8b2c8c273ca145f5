import { stripVTControlCharacters } from 'node:util'

/** Each sentence of vitest's output that says that coverage is below a threshold, without colours. */
export function findThresholdFaults(output: string): string[] {
  const lines = stripVTControlCharacters(output).split('\n')
  return lines.flatMap((line) => /^ERROR: (Coverage for .+ does not meet .+)$/.exec(line.trim())?.[1] ?? [])
}
