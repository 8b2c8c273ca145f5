import { Range } from 'semver'
import { errors } from '../errors.ts'
import { applyVerdicts } from '../packument/apply.ts'
import type { Packument } from '../packument/packument.ts'
import { formatInstant, parseInstant } from './instant.ts'
import type { Rule, Verdict, Verdicts } from './judge.ts'
import type { Waiver } from './settings.ts'

/** What `mochi registry explain` prints of one version. */
export type ExplainedVersion = {
  version: string
  /** As the registry that has it says. */
  published?: string
  allowed: boolean
  rule?: Rule
  reason?: string
  /** ISO time. */
  allowedFrom?: string
  waiver?: Waiver
}

/** Where a dist-tag points, and where it points for clients, if they see it. */
export type ExplainedTag = { tag: string; given: string; becomes?: string }

export type Explanation = { package: string; versions: ExplainedVersion[]; tags: ExplainedTag[] }

/**
 * The verdict of every version, the one published last first and those without a date at the end, and what becomes of each
 * dist-tag. `wanted` narrows the versions: a version, a range, which takes prereleases too, or a dist-tag as upstream has
 * it. Throws REGISTRY_RANGE_INVALID for anything else.
 */
export function explain(packument: Packument, verdicts: Verdicts, wanted?: string): Explanation {
  const isWanted = matcherOf(packument, wanted)
  const versions = [...verdicts]
    .filter(([version]) => isWanted(version))
    .map(([version, verdict]) => explainVersion(packument, version, verdict))
    .sort((first, second) => timeOf(second) - timeOf(first))
  const shown = applyVerdicts(packument, verdicts)['dist-tags']
  const tags = Object.entries(packument['dist-tags']).map(([tag, given]) => ({
    tag,
    given,
    ...(shown[tag] !== undefined && { becomes: shown[tag] }),
  }))
  return { package: packument.name, versions, tags }
}

function matcherOf({ name, 'dist-tags': tags }: Packument, wanted: string | undefined): (version: string) => boolean {
  if (wanted === undefined) return () => true
  const tagged = tags[wanted]
  const range = parseRange(wanted)
  if (tagged === undefined && range === undefined) throw errors.REGISTRY_RANGE_INVALID({ name, range: wanted })
  return (version) => (tagged === undefined ? range?.test(version) === true : version === tagged)
}

function parseRange(text: string): Range | undefined {
  try {
    return new Range(text, { includePrerelease: true })
  } catch {
    return undefined
  }
}

function explainVersion(packument: Packument, version: string, verdict: Verdict): ExplainedVersion {
  const published = packument.time?.[version]
  const row = { version, ...(published !== undefined && { published }), allowed: verdict.allowed }
  if (verdict.allowed) return verdict.waiver === undefined ? row : { ...row, waiver: verdict.waiver }
  const { rule, reason, from } = verdict
  return { ...row, rule, reason, ...(from !== undefined && { allowedFrom: formatInstant(from) }) }
}

function timeOf({ published }: ExplainedVersion): number {
  return parseInstant(published ?? '') ?? 0
}
