import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The prefix of the toolchain in use: the one whose node runs this program, because a generation's `bin/node` leads to
 * `<prefix>/opt/node/<version>/bin/node`; for another node `$MOCHI_PREFIX`, `/mochi` where it exists, or `~/.mochi`.
 */
export function findPrefix(world: {
  env: Readonly<Record<string, string | undefined>>
  execPath: string
  home: string
}): string {
  const own = /^(.+)\/opt\/node\/[^/]+\/bin\/node$/.exec(world.execPath)?.[1]
  if (own !== undefined) return own
  const named = world.env['MOCHI_PREFIX']
  if (named !== undefined && named !== '') return named
  return existsSync('/mochi') ? '/mochi' : join(world.home, '.mochi')
}
