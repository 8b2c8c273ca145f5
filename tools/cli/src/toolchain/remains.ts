import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { findProfileBlocks } from '@mochi/toolchain'
import type { Context } from '../context.ts'
import { probeHooks } from '../probe/hooks.ts'
import { userOf } from './profile.ts'

/** What stays after an uninstallation outside of the prefix, and why, or what takes it away. */
export type Remains = { path: string; why: string }

/** In the order in which one would take them away: first what is done with the tools that are about to go. */
export async function findRemains(context: Context): Promise<readonly Remains[]> {
  const lines = (await findProfileBlocks(userOf(context))).map(({ shell, file }) => ({
    path: file,
    why: `the line that puts the tools on PATH: before, run ./mochi toolchain profile remove --shell ${shell}`,
  }))
  const places = await Promise.all(placesOf(context).map(async (place) => ((await exists(place.path)) ? [place] : [])))
  return [...(await findHooks(context)), ...lines, ...places.flat()]
}

/** They run `./mochi exec`, which installs the toolchain where it is not there. */
async function findHooks(context: Context): Promise<readonly Remains[]> {
  if ((await probeHooks(context)) !== 'installed') return []
  const why = 'the next commit would install the toolchain again: before, run ./mochi exec -- lefthook uninstall'
  return [{ path: `the git hooks of ${context.root}`, why }]
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
      path: named('NX_CACHE_DIRECTORY') ?? join(home, '.nx'),
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
