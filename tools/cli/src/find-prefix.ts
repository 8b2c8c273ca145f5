import { join } from 'node:path'

/**
 * The prefix of the toolchain in use: `$MOCHI_PREFIX`, or the one whose node runs this program (a generation links
 * `bin/node` to `<prefix>/opt/node/<version>/bin/node`), or `~/.mochi`, the place where an installation is always allowed.
 */
export function findPrefix(world: {
  env: Readonly<Record<string, string | undefined>>
  execPath: string
  home: string
}): string {
  const named = world.env['MOCHI_PREFIX']
  if (named !== undefined && named !== '') return named
  return /^(.+)\/opt\/node\/[^/]+\/bin\/node$/.exec(world.execPath)?.[1] ?? join(world.home, '.mochi')
}
