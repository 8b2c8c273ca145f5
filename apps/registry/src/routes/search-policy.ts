import { setTimeout } from 'node:timers/promises'
import pLimit from 'p-limit'
import { NeedsWriter } from '../mirror/mirror.ts'
import { parseTarget } from '../names/target.ts'
import type { Packument } from '../packument/packument.ts'
import { judgeVersion } from '../policy/judge.ts'
import { parsePolicy } from '../policy/settings.ts'
import type { Policy, PolicySettings } from '../policy/settings.ts'
import type { Packuments } from '../read/packuments.ts'

/** A package that a search has found, as upstream gives it. */
export type Found = { readonly package: { readonly name: string; readonly version?: unknown; readonly date?: unknown } }

export type SearchPolicyParts = {
  readonly packuments: Pick<Packuments, 'load'>
  readonly policy: PolicySettings
  readonly now: () => number
  /** Milliseconds that all packuments of one search have. */
  readonly patience?: number
}

/** Packuments that one search may load, which are megabytes where nobody has asked for them yet, and at a time. */
const MOST_LOADED = 20
const AT_ONCE = 4
const PATIENCE = 5_000

/**
 * What upstream has found as the policy has it. A version is judged by what the search says of it; one that is refused gives way
 * to the newest that is allowed, as far as packuments may be loaded. What none is allowed of, and what nobody knows in time, is left out.
 */
export function createSearchPolicy(parts: SearchPolicyParts) {
  const { packuments, now, patience = PATIENCE } = parts
  const policy = parsePolicy(parts.policy, now())
  return async (found: readonly Found[]): Promise<Found[]> => {
    const deadline = setTimeout(patience, undefined, { ref: false })
    const limit = pLimit(AT_ONCE)
    let loaded = 0
    const judged = found.map(async (hit): Promise<Found | undefined> => {
      if (isAllowed(policy, hit, now())) return hit
      if (!isPackage(hit.package.name) || loaded === MOST_LOADED) return undefined
      loaded += 1
      return limit(() => Promise.race([newestAllowed(packuments, hit), deadline]))
    })
    return (await Promise.all(judged)).filter((hit) => hit !== undefined)
  }
}

/** Whether a packument that says the same of the version as the search does would have it. */
function isAllowed(policy: Policy, { package: { name, version, date } }: Found, now: number): boolean {
  if (typeof version !== 'string' || !isPackage(name)) return false
  const manifest = { name, version, dist: { tarball: '' } }
  const time = typeof date === 'string' ? { [version]: date } : {}
  const packument: Packument = { name, versions: { [version]: manifest }, 'dist-tags': {}, time }
  return judgeVersion(policy, packument, { version, now }).allowed
}

async function newestAllowed(packuments: SearchPolicyParts['packuments'], hit: Found): Promise<Found | undefined> {
  try {
    const answer = await packuments.load(hit.package.name)
    if ('is' in answer) return undefined
    const { 'dist-tags': tags, time } = answer.loaded.allowed
    const version = tags['latest']
    return version === undefined ? undefined : { ...hit, package: { ...hit.package, version, date: time?.[version] } }
  } catch (error) {
    if (error instanceof NeedsWriter) throw error
    return undefined
  }
}

function isPackage(name: string): boolean {
  const target = parseTarget(`/${name}`)
  return target?.kind === 'packument' && target.name === name
}
