import { XMLParser, XMLValidator } from 'fast-xml-parser'

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

type Attributes = Record<`@${string}`, string | undefined>
type Problem = string | (Attributes & { '#text'?: string })
type Case = Attributes & { failure?: Problem[]; error?: Problem[]; skipped?: unknown }
type Suite = Attributes & { testsuite?: Suite[]; testcase?: Case[] }

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => ['testsuites', 'testsuite', 'testcase', 'failure', 'error'].includes(name),
  // Expanded by `unescape`: the parser limits how many entities a document may hold, and a long diff has more.
  processEntities: false,
})

/**
 * Parses a JUnit file as vitest writes it. A file that is no XML, holds no suites, or holds another number of tests than
 * its head says is damaged: that is the string returned, one sentence.
 */
export function parseJunit(text: string): Report | string {
  const valid = XMLValidator.validate(text)
  if (valid !== true) return `it is no XML: ${valid.err.msg} (line ${valid.err.line})`
  const document = parser.parse(text) as { testsuites?: (Suite | '')[] }
  const head = document.testsuites?.[0]
  if (head === undefined || head === '') return 'it holds no test suites'
  const cases = casesOf(head)
  const told = head['@tests']
  if (told === undefined || Number(told) !== cases.length) {
    return `its head says ${told ?? 'nothing'} tests, and it holds ${cases.length}`
  }
  const failed = cases.flatMap((test) => failureOf(test) ?? [])
  const skipped = cases.filter((test) => test.skipped !== undefined).length
  return { passed: cases.length - failed.length - skipped, skipped, failed }
}

function casesOf(suite: Suite): Case[] {
  return [...(suite.testcase ?? []), ...(suite.testsuite ?? []).flatMap(casesOf)]
}

function failureOf(test: Case): FailedTest | undefined {
  const problem = test.failure?.[0] ?? test.error?.[0]
  if (problem === undefined) return undefined
  const text = typeof problem === 'string' ? problem : (problem['@message'] ?? problem['#text'] ?? '')
  return { name: unescape(test['@name'] ?? '?'), file: unescape(test['@classname'] ?? '?'), message: unescape(text) }
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

function unescape(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return ENTITIES[name ?? ''] ?? whole
  })
}
