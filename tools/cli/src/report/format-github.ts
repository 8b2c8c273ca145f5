import type { Annotation } from './report.ts'

/** How many of each severity GitHub shows of one step (it drops the rest without a word). */
const SHOWN = 10

/**
 * Workflow commands of GitHub Actions, one a line, no more than it shows: those that have a line first, one of each file
 * before the second of any. Where there are more, the last one says how many.
 */
export function formatGithub(annotations: readonly Annotation[]): string {
  return (['error', 'warning'] as const)
    .flatMap((severity) => choose(annotations.filter((annotation) => annotation.severity === severity)))
    .map(formatCommand)
    .join('')
}

function choose(annotations: readonly Annotation[]): Annotation[] {
  const ordered = orderByUse(annotations)
  const [first] = ordered
  if (first === undefined || ordered.length <= SHOWN) return ordered
  const more = ordered.length - SHOWN + 1
  const message = `${more} more are in the summary and the report of this run.`
  return [...ordered.slice(0, SHOWN - 1), { ...NOWHERE, severity: first.severity, title: `${more} more`, message }]
}

const NOWHERE = { file: '', line: undefined, column: undefined }

function orderByUse(annotations: readonly Annotation[]): Annotation[] {
  const seen = new Map<string, number>()
  return annotations
    .map((annotation) => {
      if (annotation.line === undefined) return { annotation, rank: Infinity }
      const rank = seen.get(annotation.file) ?? 0
      seen.set(annotation.file, rank + 1)
      return { annotation, rank }
    })
    .sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank))
    .map(({ annotation }) => annotation)
}

function formatCommand({ file, line, column, severity, title, message }: Annotation): string {
  const properties = Object.entries({ file: file || undefined, line, col: column, title })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`]))
    .join(',')
  return `::${severity} ${properties}::${escapeData(message)}\n`
}

/** As the toolkit of GitHub Actions escapes them (`@actions/core`, command.ts). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
