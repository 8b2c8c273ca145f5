import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../context.ts'

/**
 * `fresh`: installed after the lock file last changed. `offline`: so too, but without the registry, so that an optional
 * package may lack. `stale`: before. `absent`: never, or an installation that did not end. `unlocked`: there is no lock file,
 * which would say what belongs here.
 */
export type DependenciesState = 'fresh' | 'offline' | 'stale' | 'absent' | 'unlocked'

/**
 * Compares as the launcher does: `node_modules/.mochi-stamp` is made anew by every installation, and holds a word when the
 * registry did not answer. The launcher installs again, before a command that needs it, unless this says `fresh` or
 * `unlocked`: then it could not.
 */
export async function probeDependencies({ root }: Pick<Context, 'root'>): Promise<DependenciesState> {
  const [lock, stamp] = await Promise.all(
    ['pnpm-lock.yaml', 'node_modules/.mochi-stamp'].map((name) => stat(join(root, name)).catch(() => undefined)),
  )
  if (lock === undefined) return 'unlocked'
  if (stamp === undefined) return 'absent'
  if (lock.mtimeMs > stamp.mtimeMs) return 'stale'
  return stamp.size > 0 ? 'offline' : 'fresh'
}

/** Whether commands can work with what is installed. */
export function areUsable(state: DependenciesState): boolean {
  return state === 'fresh' || state === 'offline'
}
