import { statSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/**
 * `$MOCHI_PREFIX`, `/mochi`, `~/.mochi`: where a generation may stand, in the order in which they are looked at. The
 * launcher and `toolchain/install` have the same rules.
 */
export function prefixCandidates(options: {
  environment: Readonly<Record<string, string | undefined>>
  home: string
  /** What a relative `MOCHI_PREFIX` is relative to; default: this process's folder. */
  cwd?: string
}): string[] {
  const named = options.environment['MOCHI_PREFIX']
  const rest = ['/mochi', join(options.home, '.mochi')]
  if (named === undefined || named === '') return rest
  return [...new Set([resolve(options.cwd ?? '.', named), ...rest])]
}

/** The first prefix that holds the generation, as the launcher finds it; undefined when it is not installed. */
export function findGeneration(options: {
  prefixes: readonly string[]
  generation: string
}): { prefix: string; path: string } | undefined {
  return options.prefixes
    .map((prefix) => ({ prefix, path: join(prefix, 'env', options.generation) }))
    .find(({ path }) => isFolder(join(path, 'bin')))
}

/** The generations that a prefix holds, by id. */
export async function readGenerations(prefix: string): Promise<string[]> {
  const names = await readdir(join(prefix, 'env')).catch(() => [])
  const known = await Promise.all(
    names.map(async (name) => {
      const bin = await stat(join(prefix, 'env', name, 'bin')).catch(() => undefined)
      return /^[0-9a-f]{16}$/.test(name) && bin?.isDirectory() === true ? [name] : []
    }),
  )
  return known.flat().sort()
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
