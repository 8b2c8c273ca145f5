import { isSameRegistry } from './own-registry.ts'

/** A `.npmrc` that names our registry, and the lines that stood in its place. */
export type Used = { readonly text: string; readonly before: readonly string[] }

const ENTRY = /^\s*registry\s*=\s*(.*?)\s*$/

/**
 * The text with our registry as its only one: in the place of the first that it named, or else on top, where no section can
 * have begun. Everything else stays as it is. Pure.
 */
export function useRegistry(text: string, own: string): Used {
  const lines = splitLines(text)
  const named = lines.filter((line) => valueOf(line) !== undefined)
  const entry = `registry=${own}`
  if (named.length === 0) return { text: `${entry}\n${text}`, before: [] }
  const first = lines.indexOf(named[0] ?? '')
  const kept = lines.flatMap((line, index) => {
    if (index === first) return [`${entry}${endOf(line)}`]
    return named.includes(line) ? [] : [line]
  })
  const before = named.filter((line) => !isSameRegistry(valueOf(line) ?? '', own)).map(withoutEnd)
  return { text: kept.join(''), before }
}

/** The text as it was: without our registry, and with the lines `before` where that stood. Pure. */
export function unuseRegistry(text: string, own: string, before: readonly string[]): string {
  const lines = splitLines(text)
  const ours = lines.filter((line) => isSameRegistry(valueOf(line) ?? '', own))
  const first = lines.indexOf(ours[0] ?? '')
  return lines
    .flatMap((line, index) => {
      if (!ours.includes(line)) return [line]
      return index === first ? before.map((each) => `${each}${endOf(line)}`) : []
    })
    .join('')
}

/** The registry that the text names: the last entry counts, as for npm. Pure. */
export function findNamed(text: string): string | undefined {
  return splitLines(text)
    .map(valueOf)
    .findLast((value) => value !== undefined && value !== '')
}

/** With their ends, whichever these are. */
function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function valueOf(line: string): string | undefined {
  return ENTRY.exec(line)?.[1]?.replace(/^(["'])(.*)\1$/, '$2')
}

function withoutEnd(line: string): string {
  return line.replace(/\r?\n$/, '')
}

function endOf(line: string): string {
  return line.slice(withoutEnd(line).length)
}
