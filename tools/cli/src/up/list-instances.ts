import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { appNameFault } from '@mochi/names'

/**
 * Where services of a prefix may run: outside of instances, which is the first, and in each that there is. A folder whose name
 * no instance can have is none.
 */
export function listInstances(prefix: string): readonly (string | undefined)[] {
  return [undefined, ...namesIn(join(prefix, 'var/instances')).filter(isName).sort()]
}

function isName(name: string): boolean {
  return appNameFault(name) === undefined
}

/** The names in a folder; none where there is no such folder, or nobody may look into it. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
