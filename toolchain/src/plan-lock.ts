import { isMochiError } from '@mochi/errors'
import type { MochiError } from '@mochi/errors'
import type { LockChange } from './api.ts'
import { faultOfAge, newestAllowed, sha512Of } from './cooldown.ts'
import { errors } from './errors.ts'
import type { Artifact, Content, Lock, LockBody } from './lock-file.ts'
import { sitePath } from './node-site.ts'
import type { SiteAnswer } from './node-site.ts'
import type { Packument } from './packument.ts'
import { PLATFORMS } from './platforms.ts'
import type { Platform } from './platforms.ts'
import { compareVersions, isStable } from './versions.ts'
import type { Wanted, WantedTool } from './wanted.ts'

/** What was found out before the lock is planned. */
export type LockFacts = {
  now: Date
  packuments: ReadonlyMap<string, Packument>
  /** By version of Node. */
  sites: ReadonlyMap<string, SiteAnswer>
  previous: Lock | undefined
}

export type ArtifactPlan = { artifacts: Artifact[]; notes: string[] }

/**
 * Which archives the lock will name. Pure. Every tool that cannot be locked is in the error: its own when it is the only
 * one, else TOOLCHAIN_LOCK_REFUSED with all reasons.
 */
export function planArtifacts(wanted: Wanted, facts: LockFacts): ArtifactPlan {
  const plan: ArtifactPlan = { artifacts: [], notes: [] }
  const faults: MochiError[] = []
  for (const tool of wanted.tools) {
    try {
      const planned = planTool(tool, wanted.cooldownHours, facts)
      plan.artifacts.push(...planned.artifacts)
      plan.notes.push(...planned.notes)
    } catch (error) {
      if (!isMochiError(error)) throw error
      faults.push(error)
    }
  }
  const [first, ...more] = faults
  if (first !== undefined && more.length === 0) throw first
  if (first !== undefined) throw errors.TOOLCHAIN_LOCK_REFUSED({ reasons: faults.map(({ message }) => message) })
  return plan
}

/** The versions that `update` moves tools to: never back, and Node only where its site says the digests. Pure. */
export function planUpdate(
  wanted: Wanted,
  facts: Pick<LockFacts, 'now' | 'packuments'>,
): { tool: string; from: string; to: string }[] {
  return wanted.tools.flatMap((tool) => {
    const to = newestAllowed(packumentsOf(tool, facts), { hours: wanted.cooldownHours, now: facts.now })
    if (to === undefined || (isStable(tool.version) && compareVersions(to, tool.version) <= 0)) return []
    return [{ tool: tool.name, from: tool.version, to }]
  })
}

function planTool(tool: WantedTool, cooldownHours: number, facts: LockFacts): ArtifactPlan {
  const nearest = newestAllowed(packumentsOf(tool, facts), { hours: cooldownHours, now: facts.now })
  const cooldown = { hours: cooldownHours, now: facts.now, nearest }
  const site = tool.site ? facts.sites.get(tool.version) : undefined
  const artifacts = PLATFORMS.flatMap((platform) => {
    const fromRegistry = planFromRegistry(tool, platform, { facts, cooldown })
    return site === undefined ? [fromRegistry] : [fromRegistry, planFromSite(tool, platform, { facts, site })]
  })
  const notes =
    site?.kind === 'silent'
      ? [`The digests of ${tool.name} ${tool.version} from its own site were kept: ${site.address}: ${site.reason}.`]
      : []
  return { artifacts, notes }
}

function planFromRegistry(
  tool: WantedTool,
  platform: Platform,
  { facts, cooldown }: { facts: LockFacts; cooldown: { hours: number; now: Date; nearest: string | undefined } },
): Artifact {
  const at = { package: tool.packages[platform], version: tool.version }
  const packument = packumentOf(at.package, facts)
  const manifest = packument.versions[at.version]
  if (manifest === undefined) throw errors.TOOLCHAIN_VERSION_UNKNOWN({ ...at, newest: cooldown.nearest })
  const young = faultOfAge(at, packument, cooldown)
  if (young !== undefined) throw young
  const digest = sha512Of(manifest.dist?.integrity)
  if (digest === undefined) throw errors.TOOLCHAIN_INTEGRITY_ABSENT(at)
  return checkAgainst(facts.previous, toArtifact(tool, platform, { source: `npm:${at.package}@${at.version}`, digest }))
}

function planFromSite(
  tool: WantedTool,
  platform: Platform,
  { facts, site }: { facts: LockFacts; site: SiteAnswer },
): Artifact {
  const source = `node-site:${sitePath(tool.version, platform)}`
  if (site.kind === 'digests')
    return checkAgainst(facts.previous, toArtifact(tool, platform, { source, digest: site.digests[platform] }))
  const kept = facts.previous?.artifacts.find((at) => at.source === source && at.platform === platform)
  if (kept === undefined)
    throw errors.TOOLCHAIN_SITE_UNREACHABLE({ version: tool.version, address: site.address, reason: site.reason })
  return toArtifact(tool, platform, kept)
}

function toArtifact(tool: WantedTool, platform: Platform, from: Pick<Artifact, 'source' | 'digest'>): Artifact {
  const { name, version, keep, links } = tool
  return { tool: name, version, platform, source: from.source, digest: from.digest, keep, links }
}

/** A published version never changes: other bytes under the same name are refused. */
function checkAgainst(previous: Lock | undefined, artifact: Artifact): Artifact {
  const { source, digest } = artifact
  const locked = previous?.artifacts.find((at) => at.source === source)
  if (locked !== undefined && locked.digest !== digest)
    throw errors.TOOLCHAIN_ARTIFACT_CHANGED({ source, locked: locked.digest, found: digest })
  return artifact
}

function packumentsOf(tool: WantedTool, facts: Pick<LockFacts, 'packuments'>): Packument[] {
  return [...new Set(Object.values(tool.packages))].map((name) => packumentOf(name, facts))
}

function packumentOf(name: string, facts: Pick<LockFacts, 'packuments'>): Packument {
  const packument = facts.packuments.get(name)
  if (packument === undefined) throw new Error(`The facts lack the packument of ${name}.`)
  return packument
}

/** The archives of one tool on one platform: its sources, the first of which names the folder. */
export type ArtifactGroup = { tool: string; version: string; platform: Platform; sources: readonly Artifact[] }

export function groupArtifacts(artifacts: readonly Artifact[]): ArtifactGroup[] {
  const groups = Map.groupBy(artifacts, (at) => `${at.tool} ${at.platform}`)
  return [...groups.values()].flatMap((sources) => {
    const [first] = sources
    return first === undefined ? [] : [{ tool: first.tool, version: first.version, platform: first.platform, sources }]
  })
}

/** Paths whose digests the lock holds: the whole tree, or with several sources each linked file, the same in all. */
export function contentPaths(group: ArtifactGroup): string[] {
  if (group.sources.length === 1) return ['.']
  return [...new Set(group.sources.flatMap(({ links }) => Object.values(links)))].sort()
}

/** The content lines of a group that the previous lock has for the very same archives; undefined when they must be made. */
export function knownContents(group: ArtifactGroup, previous: Lock | undefined): Content[] | undefined {
  if (previous === undefined) return undefined
  const before = groupArtifacts(previous.artifacts).find(
    (at) => at.tool === group.tool && at.platform === group.platform,
  )
  if (JSON.stringify(before?.sources) !== JSON.stringify(group.sources)) return undefined
  const contents = previous.contents.filter((at) => at.tool === group.tool && at.platform === group.platform)
  const complete = JSON.stringify(contents.map(({ path }) => path)) === JSON.stringify(contentPaths(group))
  return complete && contents.every(({ version }) => version === group.version) ? contents : undefined
}

/** What a person reads about the difference between two locks. Pure. */
export function diffLocks(before: LockBody | undefined, after: LockBody): LockChange[] {
  const old = describeLock(before)
  const fresh = describeLock(after)
  const names = [...new Set([...old.keys(), ...fresh.keys()])]
  return names.flatMap((name): LockChange[] => {
    const [from, to] = [old.get(name), fresh.get(name)]
    if (from?.lines === to?.lines) return []
    if (from === undefined) return [{ kind: 'added', name, detail: to?.version ?? '' }]
    if (to === undefined) return [{ kind: 'removed', name, detail: from.version }]
    const detail = from.version === to.version ? 'archives, links or digests' : `${from.version} → ${to.version}`
    return [{ kind: 'changed', name, detail }]
  })
}

/** Each tool and script with its version and all its lines. */
function describeLock(lock: LockBody | undefined): Map<string, { version: string; lines: string }> {
  const described = new Map<string, { version: string; lines: string }>()
  for (const at of [...(lock?.artifacts ?? []), ...(lock?.contents ?? [])]) {
    const known = described.get(at.tool)
    described.set(at.tool, { version: at.version, lines: `${known?.lines ?? ''}${JSON.stringify(at)}\n` })
  }
  for (const { name, digest } of lock?.scripts ?? []) {
    described.set(`toolchain/bin/${name}`, { version: digest.slice(0, 'sha256:'.length + 12), lines: digest })
  }
  return described
}
