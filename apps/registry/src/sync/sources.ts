import { isAbsolute } from 'node:path'
import type { Source } from '@mochi/mirror'
import { parseListed } from './listed.ts'
import { LockFiles } from './lock-files.ts'
import { readNamed } from './named.ts'
import { createPackagesSource } from './packages-source.ts'
import type { PackagesSourceParts } from './packages-source.ts'
import { createPrune } from './prune.ts'
import type { PruneParts } from './prune.ts'
import type { SyncSettings } from './settings.ts'
import { openToolchainLock } from './toolchain-lock.ts'
import { createToolchainSource } from './toolchain-source.ts'
import type { ToolchainParts } from './toolchain-source.ts'

export type SourcesParts = SyncSettings &
  Omit<PackagesSourceParts, 'lockFiles' | 'listed' | 'prune' | 'room'> &
  Omit<PruneParts, 'wanted' | 'room'> &
  Omit<ToolchainParts, 'lock'> & { readonly room: PackagesSourceParts['room'] & PruneParts['room'] }

/** What there is to mirror: nothing of what stands in a workspace where none is named. */
export function createSources(parts: SourcesParts): readonly Source[] {
  const { workspace = '', toolchain } = parts
  const isNamed = (file: string): boolean => isAbsolute(file) || (workspace !== '' && file !== '')
  const lockFiles = new LockFiles(workspace, parts.lockFiles.filter(isNamed))
  const lock = openToolchainLock(workspace, isNamed(toolchain) ? toolchain : '')
  const listed = parseListed(parts.packages)
  const prune = createPrune({ ...parts, wanted: () => readNamed({ ...parts, lockFiles, listed, lock }) })
  const sources = [
    ...(lockFiles.isEmpty && listed.length === 0 ? [] : [createPackagesSource({ ...parts, lockFiles, listed, prune })]),
    ...(lock.isEmpty ? [] : [createToolchainSource({ ...parts, lock })]),
  ]
  return sources
}
