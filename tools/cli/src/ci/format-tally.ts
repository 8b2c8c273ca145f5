import { stripVTControlCharacters } from 'node:util'
import type { CacheAccount } from './nx.ts'
import type { Flake } from '../report/report.ts'
import type { Step, Tally } from './tally.ts'

/** The longest part of a step's output that the summary repeats; the whole stands further up in the log. */
const SHOWN_LINES = 30

type Extras = { flakes?: readonly Flake[]; files?: readonly string[]; cache?: CacheAccount | undefined }

/** The summary of a run: each failed step and test, flakes, where the reports are, and as its last line the counts. */
export function formatTally(tally: Tally, { flakes = [], files = [], cache }: Extras = {}): string {
  const steps = tally.failedSteps.map(formatStep)
  const tests = tally.failedTests.map(
    ({ file, name, message }) => `✗ ${name}\n${indent(`${file}\n${firstLines(message, 6)}`)}`,
  )
  const page = files.find((file) => file.endsWith('.html'))
  const places = page === undefined ? [] : [`Report: ${page}`]
  const notes = [...flakes.map(formatFlake), ...formatCache(cache), ...places]
  return [...steps, ...tests, ...notes, formatCounts(tally)].join('\n\n') + '\n'
}

function formatCache(account: CacheAccount | undefined): string[] {
  if (account === undefined) return []
  const { hits, misses, stored, differences } = account
  const differing = differences.map(({ task }) => `! ${task} was built again and is not what the build cache has`)
  return [...differing, `Build cache: ${hits} of ${hits + misses} found, ${stored} stored`]
}

function formatFlake({ task, hash, passed, failed, first, last }: Flake): string {
  const times = `${passed} passed and ${failed} failed, from ${first} to ${last}`
  return `! ${task} is flaky: with nothing changed (${hash}), ${times}`
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
