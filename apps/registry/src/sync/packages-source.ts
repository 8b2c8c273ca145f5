import type { Prune, Source } from '@mochi/mirror'
import type { Room } from '../mirror/room.ts'
import { applyListed, planListed } from './listed.ts'
import type { Listed, ListedItem } from './listed.ts'
import type { LockFiles } from './lock-files.ts'
import { applyPackage, planPackages } from './package-items.ts'
import type { PackageItem, PackagesParts } from './package-items.ts'
import { wantedOf } from './wanted.ts'

export type PackagesSourceParts = PackagesParts & {
  readonly lockFiles: LockFiles
  readonly listed: readonly Listed[]
  /** Of the company: what is in them is never asked of anybody else. */
  readonly scopes: readonly string[]
  readonly room: Pick<Room, 'held'>
  readonly prune: Prune
}

/** Packages and versions at a time: of most packages upstream only says that nothing has changed. */
const AT_ONCE = 24

/** What lock files name, and what is listed one by one. */
export function createPackagesSource(parts: PackagesSourceParts): Source<PackageItem | ListedItem> {
  const { lockFiles, listed, scopes, room, prune } = parts
  return {
    name: 'packages',
    atOnce: AT_ONCE,
    plan: async () => {
      const locked = await planPackages(parts, wantedOf(await lockFiles.read(), scopes))
      const alone = await planListed(parts, listed)
      return {
        wanted: locked.wanted + alone.wanted,
        held: locked.held + alone.held,
        items: [...locked.items, ...alone.items],
        unobtainable: locked.unobtainable,
      }
    },
    apply: (item, work) => ('listed' in item ? applyListed(parts, item, work) : applyPackage(parts, item, work)),
    measure: () => room.held(),
    prune,
  }
}
