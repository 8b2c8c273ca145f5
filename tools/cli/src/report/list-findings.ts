import { errorLines, outputLines } from './error-lines.ts'
import { parseTask } from './find-annotations.ts'
import type { TaskFailure } from './find-failures.ts'
import type { Annotation } from './report.ts'

/**
 * What a task or step found, a line each, the first one first: with place and rule where its output tells them, else the
 * lines of the output from the first error on. At least one line.
 */
export function listFindings(failure: TaskFailure): readonly string[] {
  const { project, target, text } = failure
  const parsed = parseTask(failure)
  const errors = parsed.filter(({ severity }) => severity === 'error')
  if (parsed.length > 0) return (errors.length > 0 ? errors : parsed).map(formatFinding)
  const thresholds = target === 'coverage' ? (project?.thresholds ?? []) : []
  if (thresholds.length > 0) return thresholds
  const lines = [errorLines(text), outputLines(text), ['it failed and wrote nothing']].find(({ length }) => length > 0)
  return (lines ?? []).map((line) => line.trim())
}

/** `libs/a/src/a.ts:1:2  What is wrong (rule)`. */
function formatFinding({ file, line, column, title, message }: Annotation): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  return `${place}  ${message.split('\n')[0] ?? ''} (${title})`
}
