import { join } from 'node:path'
import type { Place, Platform, Progress, Registry, StoreOptions } from '@mochi/toolchain'
import { isPlatform } from '@mochi/toolchain/platforms'
import { prefixCandidates } from '@mochi/toolchain/prefix'
import { findRegistry } from '@mochi/toolchain/registry'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { paint } from '../output/color.ts'
import { resolveLinks } from '../probe/find-on-path.ts'

/** The checkout and the prefixes that may hold its generation. */
export function placeOf({ root, env, home, cwd }: Context): Place {
  return { root, prefixes: prefixCandidates({ environment: env, home, cwd }) }
}

/**
 * The checkout and the prefixes that a command may change or take something from: where MOCHI_PREFIX names one, that one
 * alone, whatever stands in the others and whichever runs this program.
 */
export function changeablePlaceOf(context: Context): Place {
  const place = placeOf(context)
  return isNamed(context) ? { ...place, prefixes: place.prefixes.slice(0, 1) } : place
}

/** The one prefix to remove: that which MOCHI_PREFIX names, else the one in use. */
export async function removablePrefixOf(context: Context): Promise<string> {
  const [named = context.prefix] = isNamed(context) ? placeOf(context).prefixes : []
  return await resolveLinks(named)
}

function isNamed({ env }: Context): boolean {
  return (env['MOCHI_PREFIX'] ?? '') !== ''
}

/** This machine's platform, or a named one. Throws CLI_UNKNOWN_PLATFORM. */
export function platformOf(platform: string): Platform {
  if (!isPlatform(platform)) throw errors.CLI_UNKNOWN_PLATFORM({ platform })
  return platform
}

/** The package registry that this machine is configured for. */
export function registryOf({ root, env, home, run }: Context): Promise<Registry> {
  const askNpm = async (): Promise<string | undefined> => {
    const { code, stdout } = await run('npm', ['config', 'get', 'registry'], { timeout: 10_000 })
    return code === 0 ? stdout.trim() : undefined
  }
  return findRegistry({ root, home, environment: env, askNpm })
}

/** What every command that downloads artefacts needs. They are kept in the prefix, so that none is downloaded twice. */
export async function artifactOptions(context: Context): Promise<StoreOptions> {
  const nodeSite = context.env['MOCHI_NODE_SITE']
  return {
    registry: await registryOf(context),
    fetch,
    cache: join(context.prefix, 'var/toolchain/artifacts'),
    ...(nodeSite === undefined || nodeSite === '' ? {} : { nodeSite }),
    onProgress: createProgress(context),
  }
}

/** Tells a person at a terminal how far a command is; says nothing where nobody waits. */
function createProgress({ stderr }: Context): (progress: Progress) => void {
  if (!stderr.isTTY) return () => undefined
  return (progress) => {
    const what = progress.kind === 'asking' ? progress.what : progress.source
    stderr.write(`${paint(stderr, 'dim', `${progress.kind} ${what}`)}\n`)
  }
}
