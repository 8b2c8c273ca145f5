import { maxSatisfying, parse, prerelease } from 'semver'
import type { Packument } from '../packument/packument.ts'
import { formatInstant } from './instant.ts'
import { isAllowed, undecided } from './judge.ts'
import type { Rule, Verdicts } from './judge.ts'

/** What the request for a refused version's tarball gets, with 403. npm prints `error`. */
export type Refusal = {
  error: string
  code: 'REGISTRY_VERSION_REFUSED'
  package: string
  version: string
  rule: Rule
  reason: string
  /** ISO time. */
  allowedFrom?: string
  /** The version to take in its place. */
  nearest?: string
}

/** Why a version is refused; undefined for an allowed one alone: without a verdict it is refused. */
export function refusalOf(packument: Packument, version: string, verdicts: Verdicts): Refusal | undefined {
  const verdict = verdicts.get(version) ?? undecided('the packument does not have it')
  if (verdict.allowed) return undefined
  const { rule, reason, from } = verdict
  const facts = {
    package: packument.name,
    version,
    rule,
    reason: reason.replace(/\s+/g, ' '),
    ...(from !== undefined && { allowedFrom: formatInstant(from) }),
    ...nearestTo(
      version,
      Object.keys(packument.versions).filter((other) => isAllowed(verdicts, other)),
    ),
  }
  return { error: sentenceOf(facts), code: 'REGISTRY_VERSION_REFUSED', ...facts }
}

/** In one line, whatever the reason holds: npm prints no other. */
function sentenceOf(facts: Omit<Refusal, 'error' | 'code'>): string {
  const { rule, reason, allowedFrom, nearest } = facts
  const id = `${facts.package}@${facts.version}`
  return [
    `${id} is refused by the company's registry (${rule}): ${reason}`,
    ...(allowedFrom === undefined ? [] : [`allowed from ${allowedFrom}`]),
    nearest === undefined ? 'no version is allowed' : `nearest allowed version: ${nearest}`,
    `see mochi registry explain ${id}`,
  ].join('; ')
}

/** The highest below with the same major number, or else the highest; a prerelease only for one, or where there is no other. */
function nearestTo(refused: string, allowed: string[]): { nearest?: string } {
  const version = parse(refused)
  const releases = allowed.filter((other) => prerelease(other) === null)
  const candidates = version?.prerelease.length === 0 && releases.length > 0 ? releases : allowed
  const highestOf = (range: string) => maxSatisfying(candidates, range, { includePrerelease: true })
  const below = version && highestOf(`>=${version.major}.0.0-0 <${version.version}`)
  const nearest = below ?? highestOf('*')
  return nearest === null ? {} : { nearest }
}
