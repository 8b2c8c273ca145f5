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
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !FRAME.test(line))
  const first = lines.findIndex((line) => ERROR.test(line))
  return lines.length === 0
    ? ['it failed and wrote nothing']
    : lines.slice(Math.max(0, first)).map((line) => line.trim())
}

/** What Nx writes around the output of a command. */
const FRAME = /^(?:> |Warning: command ".*" exited with non-zero status code$)/

const ERROR = /error|fail|fatal|cannot|✗|✖|×/i

/** `libs/a/src/a.ts:1:2  What is wrong (rule)`. */
function formatFinding({ file, line, column, title, message }: Annotation): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  return `${place}  ${message.split('\n')[0] ?? ''} (${title})`
}
