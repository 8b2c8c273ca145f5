import type { LogFiles } from './files.ts'
import { archivesOf, planRemoval } from './rotation.ts'
import type { Archive, Rotation } from './rotation.ts'

/** Removes the oldest archive of a log. False where there is none, or where it cannot be removed. */
export function removeOldest(files: LogFiles): boolean {
  const [oldest] = archivesOf(files.list())
  return oldest !== undefined && remove(files, oldest)
}

/** Removes the archives that there is no place for within `keep`. */
export function removeSurplus(files: LogFiles, rotation: Rotation): void {
  for (const archive of planRemoval(archivesOf(files.list()), rotation)) remove(files, archive)
}

function remove(files: LogFiles, { name }: Archive): boolean {
  try {
    files.remove(name)
    return true
  } catch {
    return false
  }
}
