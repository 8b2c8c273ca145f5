import { lte, prerelease, rsort, valid } from 'semver'
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

function latestBelow(refused: string, versions: string[]): string | undefined {
  const [highest, ...others] = rsort(versions)
  if (highest === undefined) return undefined
  const releases = [highest, ...others].filter((version) => prerelease(version) === null)
  const below = valid(refused) === null ? undefined : releases.find((version) => lte(version, refused))
  return below ?? releases[0] ?? highest
}
