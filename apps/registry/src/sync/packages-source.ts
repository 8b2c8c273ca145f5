import type { Prune, Source } from '@mochi/mirror'
import type { Room } from '../mirror/room.ts'
import type { LockFiles } from './lock-files.ts'
import { applyPackage, planPackages } from './package-items.ts'
import type { PackageItem, PackagesParts } from './package-items.ts'
import { wantedOf } from './wanted.ts'

export type PackagesSourceParts = PackagesParts & {
  readonly lockFiles: LockFiles
  /** Of the company: what is in them is never asked of anybody else. */
  readonly scopes: readonly string[]
  readonly room: Pick<Room, 'held'>
  readonly prune: Prune
}

/** Packages and versions at a time: of most packages upstream only says that nothing has changed. */
const AT_ONCE = 24

/** What lock files name. */
export function createPackagesSource(parts: PackagesSourceParts): Source<PackageItem> {
  const { lockFiles, scopes, room, prune } = parts
  return {
    name: 'packages',
    atOnce: AT_ONCE,
    plan: async () => planPackages(parts, wantedOf(await lockFiles.read(), scopes)),
    apply: (item, work) => applyPackage(parts, item, work),
    measure: () => room.held(),
    prune,
  }
}
