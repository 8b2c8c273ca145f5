import { maxSatisfying, parse, valid } from 'semver'
import type { SemVer } from 'semver'
import { isAllowed } from '../policy/judge.ts'
import type { Verdicts } from '../policy/judge.ts'
import type { Packument } from './packument.ts'
import { emptyRecord, pick } from './record.ts'

/**
 * The packument as clients may see it: no refused version is in `versions` or `time`, and no dist-tag names one. `latest`
 * moves to the highest allowed release below, or else to the highest allowed version; other tags are dropped. The rest is
 * kept.
 */
export function applyVerdicts(packument: Packument, verdicts: Verdicts): Packument {
  const versions = pick(packument.versions, (version) => isAllowed(verdicts, version))
  const applied = { ...packument, versions, 'dist-tags': tagsOf(packument, versions) }
  if (packument.time === undefined) return applied
  const isGiven = (key: string): boolean => key === 'created' || key === 'modified' || Object.hasOwn(versions, key)
  return { ...applied, time: pick(packument.time, isGiven) }
}

function tagsOf(packument: Packument, versions: Packument['versions']): Record<string, string> {
  const tags = emptyRecord<string>()
  for (const [tag, version] of Object.entries(packument['dist-tags'])) {
    const given = Object.hasOwn(versions, version) ? version : undefined
    const target = given ?? (tag === 'latest' ? latestBelow(version, Object.keys(versions)) : undefined)
    if (target !== undefined) tags[tag] = target
  }
  return tags
}

function latestBelow(refused: string, given: string[]): string | undefined {
  const versions = given.flatMap((version) => parse(version) ?? [])
  const releases = versions.filter(({ prerelease }) => prerelease.length === 0)
  const below = valid(refused) === null ? null : maxSatisfying(releases, `<${refused}`)
  return (below ?? highest(releases) ?? highest(versions))?.version
}

function highest(versions: SemVer[]): SemVer | null {
  return maxSatisfying(versions, '*', { includePrerelease: true })
}
