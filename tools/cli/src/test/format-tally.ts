import { stripVTControlCharacters } from 'node:util'
import type { Step, Tally } from './tally.ts'

/** The longest part of a step's output that the summary repeats; the whole stands further up in the log. */
const SHOWN_LINES = 30

/** The summary of a run: each failed step and test, and as its last line the counts. */
export function formatTally(tally: Tally): string {
  const steps = tally.failedSteps.map(formatStep)
  const tests = tally.failedTests.map(
    ({ file, name, message }) => `✗ ${name}\n${indent(`${file}\n${firstLines(message, 6)}`)}`,
  )
  return [...steps, ...tests, formatCounts(tally)].join('\n\n') + '\n'
}

/** `N passed, N failed`, and `, N skipped` when there are any. */
export function formatCounts({ passed, failed, skipped }: Pick<Tally, 'passed' | 'failed' | 'skipped'>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function formatStep({ name, output, whole = false }: Step): string {
  const text = stripVTControlCharacters(output).trim()
  return `✗ ${name}\n${indent(whole ? text : lastLines(text, SHOWN_LINES))}`
}

function firstLines(text: string, count: number): string {
  return text.split('\n').slice(0, count).join('\n')
}

function lastLines(text: string, count: number): string {
  const lines = text.split('\n')
  const hidden = lines.length - count
  return hidden <= 0 ? text : [`… ${hidden} lines before`, ...lines.slice(-count)].join('\n')
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ')
}
