import type { Archives } from '../mirror/archives.ts'
import { integrityOf } from '../mirror/integrity.ts'
import { resolveListed } from './listed.ts'
import type { Listed, ListedParts } from './listed.ts'
import type { LockFiles } from './lock-files.ts'
import type { Named } from './prune.ts'
import type { ToolchainLock } from './toolchain-lock.ts'
import { wantedOf } from './wanted.ts'
import type { Wanted } from './wanted.ts'

export type NamedParts = ListedParts & {
  readonly lockFiles: LockFiles
  readonly listed: readonly Listed[]
  readonly lock: ToolchainLock
  readonly archives: Pick<Archives, 'at'>
}

/** All that lock files, the list of packages and the toolchain's lock name. Rejects where one of them cannot be read. */
export async function readNamed(parts: NamedParts): Promise<Named> {
  const { lockFiles, listed, lock, archives, scopes } = parts
  const toolchain = await lock.read()
  const alone = { packages: (await resolveListed(parts, listed)).versions, unobtainable: [] }
  const all = [wantedOf(await lockFiles.read(), scopes), alone, toolchain.wanted]
  const held = await Promise.all(toolchain.archives.map(({ path }) => archives.at(path)))
  const digests = [...all.flatMap(digestsOf), ...held.flatMap((archive) => archive?.sha512 ?? [])]
  return { versions: new Set(all.flatMap(versionsOf)), digests: new Set(digests) }
}

function versionsOf({ packages }: Wanted): string[] {
  return [...packages].flatMap(([name, versions]) => versions.map(({ version }) => `${name}@${version}`))
}

function digestsOf({ packages }: Wanted): string[] {
  return [...packages.values()].flat().flatMap(({ integrity }) => sha512Of(integrity) ?? [])
}

/** In hex, of what a lock file writes. */
export function sha512Of(integrity: string | undefined): string | undefined {
  return integrity === undefined ? undefined : integrityOf({ tarball: '', integrity })?.digest
}
