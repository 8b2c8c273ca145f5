import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { findProfileBlocks } from '@mochi/toolchain'
import type { Context } from '../context.ts'
import { userOf } from './profile.ts'

/** What stays after an uninstallation outside of the prefix, and why, or what takes it away. */
export type Remains = { path: string; why: string }

/**
 * In the order in which one would take them away. Once the tools are gone, as `confirmed` says they will be, only what needs
 * none of them is advised.
 */
export async function findRemains(
  context: Context,
  { confirmed }: { confirmed: boolean },
): Promise<readonly Remains[]> {
  const lines = (await findProfileBlocks(userOf(context))).map(({ shell, file }) => ({
    path: file,
    why: confirmed
      ? 'the line that put the tools on PATH, and does nothing now: delete it, with the two marks around it'
      : `the line that puts the tools on PATH: before, run ./mochi toolchain profile remove --shell ${shell}`,
  }))
  const places = await Promise.all(placesOf(context).map(async (place) => ((await exists(place.path)) ? [place] : [])))
  return [...lines, ...places.flat()]
}

/** Where pnpm and Nx keep what they share between checkouts when nobody told them another place. */
function placesOf({ root, home, env, platform }: Context): readonly Remains[] {
  const named = (name: string): string | undefined => (env[name] === '' ? undefined : env[name])
  const mac = platform.startsWith('darwin')
  const data = named('XDG_DATA_HOME') ?? join(home, mac ? 'Library' : '.local/share')
  const caches = named('XDG_CACHE_HOME') ?? join(home, mac ? 'Library/Caches' : '.cache')
  const pnpm = named('PNPM_HOME') ?? join(data, 'pnpm')
  return [
    { path: join(root, 'node_modules'), why: 'the dependencies of this checkout' },
    { path: join(pnpm, 'store'), why: 'the packages that pnpm keeps for all your checkouts' },
    { path: join(caches, 'pnpm'), why: 'what pnpm remembers of the registry' },
    {
      path: resolve(root, named('NX_CACHE_DIRECTORY') ?? join(home, '.nx')),
      why: 'results of tasks that Nx keeps for all your checkouts',
    },
  ]
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
