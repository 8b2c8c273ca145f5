import { findPlace } from '../report/annotate-test.ts'
import type { TaskFailure, TestFailure } from '../report/find-failures.ts'
import { listFindings } from '../report/list-findings.ts'
import { logPath } from '../report/task-log.ts'
import { TARGETS } from './tally.ts'
import type { LocatedFailure, Step } from './tally.ts'

/** How many lines of what a task found, and of what a test says, the summary shows: the whole stands in a file. */
const FINDINGS = 10
const MESSAGE = 6

/** A task or step that failed: what it found first, where the whole output is, and how to run it again. */
export function formatStep(
  { name, output, whole = false }: Step,
  failure: TaskFailure | undefined,
  files: readonly string[],
): string {
  const found = failure ?? { kind: 'task', project: undefined, target: name, title: name, text: output.trim(), ms: 0 }
  const lines = whole ? [output.trim()] : cut(listFindings(found), FINDINGS)
  const log = !whole && files.includes(logPath(name)) ? [`log:   ${logPath(name)}`] : []
  const again = commandOf(name)
  return formatEntry(name, [...lines, ...log, ...(again === undefined ? [] : [`again: ${again}`])])
}

/** A test that failed: its place, what it says first, and how to run the tests of its project again. */
export function formatTest({ name, file, message, project }: LocatedFailure, failure: TestFailure | undefined): string {
  const { line, column, ...found } =
    failure === undefined ? { file, line: undefined, column: undefined } : findPlace(failure)
  const place = [line === undefined ? file : found.file, line, column].filter((part) => part !== undefined).join(':')
  return formatEntry(name, [place, ...cut(message.split('\n'), MESSAGE), `again: npx nx test ${project}`])
}

/** The command that runs a task again by its name, `a:lint`; undefined for a step of the run. */
export function commandOf(name: string): string | undefined {
  const [, project, target = ''] = /^(.+):([^:]+)$/.exec(name) ?? []
  if (project === undefined) return undefined
  if (target === 'report') return `npx nx coverage ${project}`
  return TARGETS.some((each) => each === target) ? `npx nx ${target} ${project}` : undefined
}

function cut(lines: readonly string[], length: number): readonly string[] {
  const more = lines.length - length
  return more <= 0 ? lines : [...lines.slice(0, length), `… ${more} more`]
}

function formatEntry(title: string, lines: readonly string[]): string {
  return `✗ ${title}\n${lines.join('\n').replace(/^(?=.)/gm, '    ')}`
}
