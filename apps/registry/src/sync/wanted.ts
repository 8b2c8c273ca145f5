import type { LockedPackage } from '@mochi/lock-files'
import type { Unobtainable } from '@mochi/mirror'
import { coveredPlatforms } from '@mochi/toolchain/platform-cover'
import { isOwn } from '../names/own-scopes.ts'
import { isPackageName } from '../names/package-name.ts'
import type { NamedLockFile } from './lock-files.ts'

/** A version that is to be held. */
export type WantedVersion = {
  readonly version: string
  /** The SHA-512 that its lock file has of it (https://www.w3.org/TR/SRI/); none: the packument's word is taken. */
  readonly integrity?: string
  /** What names it, for people. */
  readonly by: string
}

export type Wanted = {
  /** By the names of packages; none of one that only other platforms install. */
  readonly packages: ReadonlyMap<string, readonly WantedVersion[]>
  readonly unobtainable: readonly Unobtainable[]
}

/**
 * What lock files want of upstream: every version that some platform of ours installs, and of the others their packuments, for pnpm asks about all
 * that a lock file names before it installs any. The company's own are held by the store where they were published.
 * Two files may mean other bytes by one version; then both stand there.
 */
export function wantedOf(files: readonly NamedLockFile[], scopes: readonly string[]): Wanted {
  const packages = new Map<string, Map<string, WantedVersion>>()
  const unobtainable: Unobtainable[] = []
  for (const { file, content } of files) {
    for (const { id, reason } of content.elsewhere) unobtainable.push({ what: id, reason: `${file}: ${reason}` })
    for (const locked of content.packages) {
      const { name, version } = locked
      const integrity = isStrong(locked.integrity) ? locked.integrity : undefined
      if (isOwn(name, scopes)) continue
      if (!isPackageName(name)) {
        unobtainable.push({ what: `${name}@${version}`, reason: `${file}: no package has such a name` })
        continue
      }
      const versions = packages.get(name) ?? new Map<string, WantedVersion>()
      packages.set(name, versions)
      if (coveredPlatforms(restrictionOf(locked)).length === 0) continue
      versions.set(`${version} ${integrity ?? ''}`, {
        version,
        by: file,
        ...(integrity !== undefined && { integrity }),
      })
    }
  }
  return { packages: new Map([...packages].map(([name, versions]) => [name, [...versions.values()]])), unobtainable }
}

/** Lock files of packages from before 2017 have a SHA-1, as their packuments do. */
function isStrong(integrity: string | undefined): boolean {
  return integrity?.includes('sha512-') === true
}

function restrictionOf({ os, cpu, libc }: LockedPackage) {
  return { ...(os && { os }), ...(cpu && { cpu }), ...(libc && { libc }) }
}
