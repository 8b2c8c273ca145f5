import { SaxesParser } from 'saxes'

/** One test that failed. */
export type FailedTest = {
  name: string
  /** Path from the project's folder. */
  file: string
  message: string
}

/** What a JUnit file says. */
export type Report = {
  passed: number
  skipped: number
  failed: readonly FailedTest[]
}

type Case = { name: string; file: string; failure: string | undefined; skipped: boolean }

/**
 * Parses a JUnit file as vitest writes it. A file that is no XML, holds no suites, or holds another number of tests than
 * its head says is damaged: then the answer is a string, one sentence part that says how.
 */
export function parseJunit(text: string): Report | string {
  try {
    const { told, cases } = readCases(text)
    if (told === undefined) return 'it holds no test suites'
    if (Number(told) !== cases.length) return `its head says ${told} tests, and it holds ${cases.length}`
    return count(cases)
  } catch (error) {
    return `it is no XML: ${(error as Error).message}`
  }
}

function readCases(text: string): { told: string | undefined; cases: readonly Case[] } {
  const cases: Case[] = []
  let told: string | undefined
  const parser = new SaxesParser({ xmlns: false })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const current = cases.at(-1)
    if (name === 'testsuites') told = attributes['tests']
    else if (name === 'testcase') cases.push(createCase(attributes))
    else if (current !== undefined && name === 'skipped') current.skipped = true
    else if (current !== undefined && (name === 'failure' || name === 'error')) {
      current.failure ??= attributes['message'] ?? ''
    }
  })
  parser.write(text).close()
  return { told, cases }
}

function createCase(attributes: Readonly<Record<string, string>>): Case {
  return { name: attributes['name'] ?? '?', file: attributes['classname'] ?? '?', failure: undefined, skipped: false }
}

function count(cases: readonly Case[]): Report {
  const failed = cases.flatMap(({ name, file, failure }) =>
    failure === undefined ? [] : [{ name, file, message: failure }],
  )
  const skipped = cases.filter((test) => test.skipped && test.failure === undefined).length
  return { passed: cases.length - failed.length - skipped, skipped, failed }
}
