import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../context.ts'

/** `fresh`: installed after the lock file last changed. `stale`: before. `absent`: never. */
export type DependenciesState = 'fresh' | 'stale' | 'absent'

/** Compares as the launcher does: `node_modules/.mochi-stamp` is made anew by every installation. */
export async function probeDependencies({ root }: Pick<Context, 'root'>): Promise<DependenciesState> {
  const [lock, stamp, modules] = await Promise.all(
    ['pnpm-lock.yaml', 'node_modules/.mochi-stamp', 'node_modules'].map((name) =>
      stat(join(root, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => undefined,
      ),
    ),
  )
  if (modules === undefined) return 'absent'
  if (stamp === undefined) return 'stale'
  return lock !== undefined && lock > stamp ? 'stale' : 'fresh'
}
