import { join } from 'node:path'
import type { MochiError } from '@mochi/errors'
import { isMochiError } from '@mochi/errors'
import type { CheckOptions, CheckReport } from './api.ts'
import { findIncomplete, findUnlisted } from './check-pnpm-lock.ts'
import { errors } from './errors.ts'
import { readLock } from './lock-file.ts'
import type { Lock, Script } from './lock-file.ts'
import { sitePath } from './node-site.ts'
import { contentPaths, groupArtifacts } from './plan-lock.ts'
import { PLATFORMS } from './platforms.ts'
import type { Platform } from './platforms.ts'
import { readPnpmLock } from './pnpm-lock.ts'
import type { PnpmLock } from './pnpm-lock.ts'
import { readScripts } from './scripts.ts'
import { readWanted } from './wanted.ts'
import type { Wanted, WantedTool } from './wanted.ts'

/**
 * Looks whether a checkout's locks are complete for all four platforms and say what toolchain.json asks for. Every fault
 * is in the answer; it throws only when a registry that was to be asked does not answer.
 */
export async function check(options: CheckOptions): Promise<CheckReport> {
  const faults: MochiError[] = []
  const attempt = async <Value>(work: Promise<Value>): Promise<Value | undefined> => {
    try {
      return await work
    } catch (error) {
      if (!isMochiError(error)) throw error
      faults.push(error)
      return undefined
    }
  }
  const wanted = await attempt(readWanted(join(options.root, 'toolchain/toolchain.json')))
  const lock = await attempt(readLock(join(options.root, 'toolchain/toolchain.lock')))
  if (lock !== undefined) {
    if (wanted !== undefined) faults.push(...compareWithWanted(wanted, lock))
    faults.push(...compareScripts(lock.scripts, await readScripts(options.root)))
  }
  const pnpm = await attempt(readPnpmLock(join(options.root, 'pnpm-lock.yaml')))
  if (pnpm !== undefined) faults.push(...(await checkPnpmLock(pnpm, options)))
  return { faults, tools: wanted?.tools.length ?? 0, packages: pnpm?.packages.size ?? 0 }
}

/** The faults of a lock against what is wanted: platforms and digests that it lacks, tools and versions that differ. Pure. */
export function compareWithWanted(wanted: Wanted, lock: Lock): MochiError[] {
  const names = new Set(wanted.tools.map(({ name }) => name))
  const unwanted = [...new Set(lock.artifacts.map(({ tool }) => tool))].filter((tool) => !names.has(tool))
  return [
    ...wanted.tools.flatMap((tool) => PLATFORMS.flatMap((platform) => compareTool(tool, platform, lock))),
    ...unwanted.map((tool) => errors.TOOLCHAIN_LOCK_STALE({ tool, reason: `toolchain.json has no tool ${tool}` })),
  ]
}

function compareTool(tool: WantedTool, platform: Platform, lock: Lock): MochiError[] {
  const { name, version } = tool
  const group = groupArtifacts(lock.artifacts).find((at) => at.tool === name && at.platform === platform)
  if (group === undefined) return [errors.TOOLCHAIN_LOCK_INCOMPLETE({ tool: name, platform, lacks: 'the archive' })]
  const sources = [
    `npm:${tool.packages[platform]}@${version}`,
    ...(tool.site ? [`node-site:${sitePath(version, platform)}`] : []),
  ]
  const stale = (reason: string): MochiError => errors.TOOLCHAIN_LOCK_STALE({ tool: name, reason })
  if (group.version !== version) return [stale(`${name} ${version} is wanted and ${group.version} is locked`)]
  if (sources.join(' ') !== group.sources.map(({ source }) => source).join(' '))
    return [stale(`${name} for ${platform} is wanted from ${sources.join(' and ')}`)]
  const other = group.sources.some(
    (at) => at.keep.join() !== tool.keep.join() || formatLinks(at.links) !== formatLinks(tool.links),
  )
  if (other) return [stale(`${name} for ${platform} has other keep or links`)]
  return contentPaths(group)
    .filter((path) => !lock.contents.some((at) => isContentOf(at, { tool: name, version, platform, path })))
    .map((path) =>
      errors.TOOLCHAIN_LOCK_INCOMPLETE({
        tool: name,
        platform,
        lacks: `the digest of ${path === '.' ? 'the tree' : path}`,
      }),
    )
}

type ContentPlace = { tool: string; version: string; platform: Platform; path: string }

function isContentOf(at: ContentPlace, wanted: ContentPlace): boolean {
  return (
    at.tool === wanted.tool &&
    at.version === wanted.version &&
    at.platform === wanted.platform &&
    at.path === wanted.path
  )
}

/** The faults of the scripts in a checkout against its lock. Pure. */
function compareScripts(locked: readonly Script[], found: readonly Script[]): MochiError[] {
  const names = [...new Set([...locked, ...found].map(({ name }) => name))].sort()
  return names.flatMap((name) => {
    const [before, now] = [locked, found].map((scripts) => scripts.find((at) => at.name === name)?.digest)
    if (before === now) return []
    const reason =
      before === undefined ? 'is not in the lock' : now === undefined ? 'is in the lock and is gone' : 'has changed'
    return [errors.TOOLCHAIN_SCRIPT_CHANGED({ name, reason })]
  })
}

/** What both ways find is told once. */
async function checkPnpmLock(lock: PnpmLock, { online }: CheckOptions): Promise<MochiError[]> {
  const offline = findIncomplete(lock)
  if (online === undefined) return offline
  const published = await findUnlisted(lock, online)
  const known = new Set(published.map(placeOf))
  return [...published, ...offline.filter((fault) => !known.has(placeOf(fault)))]
}

function placeOf({ facts }: MochiError): string {
  return `${String(facts['parent'])} ${String(facts['platform'])}`
}

function formatLinks(links: Readonly<Record<string, string>>): string {
  return Object.entries(links)
    .map(([name, path]) => `${name}=${path}`)
    .join()
}
