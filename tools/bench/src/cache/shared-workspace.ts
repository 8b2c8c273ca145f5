import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder } from '@mochi/testing'
import type { Checkout, Environment } from '@mochi/testing'
import type { PreparedCheckout } from '../prepared-checkout.ts'
import { runTimed } from '../time-command.ts'
import type { CacheServer } from './cache-server.ts'
import { planLibraries } from './libraries.ts'

/** How many libraries the workspace has beside its own projects. */
export const LIBRARIES = 100

/** A clone in which dependencies are installed, and nothing has run. It ends with the block. */
export type FreshClone = AsyncDisposable & {
  readonly path: string
  readonly env: Environment
  /** Empties Nx's own caches. */
  readonly forget: () => Promise<void>
}

/** Adds the libraries to a checkout, names its cache, and commits that. */
export async function shareWorkspace({ checkout, env }: PreparedCheckout, { url }: CacheServer): Promise<void> {
  await checkout.write(planLibraries(await readTemplate(checkout), LIBRARIES))
  const settings = JSON.parse(await readFile(checkout.join('mochi.json'), 'utf8')) as object
  await checkout.write({ 'mochi.json': `${JSON.stringify({ ...settings, cache: { url } }, undefined, 2)}\n` })
  const inCheckout = { cwd: checkout.path, env }
  const install = ['--no-frozen-lockfile', '--prefer-offline', '--ignore-scripts', '--reporter=silent']
  runTimed(['pnpm', 'install', ...install], inCheckout)
  runTimed(['git', 'add', '--all'], inCheckout)
  runTimed(['git', 'commit', '--quiet', '--no-verify', '--message', 'Libraries'], inCheckout)
}

/** Of another person: with a HOME and caches of its own. */
export async function cloneFresh({ checkout, env }: PreparedCheckout): Promise<FreshClone> {
  await using made = new AsyncDisposableStack()
  const folder = made.use(await createFolder({ 'home/.keep': '' }))
  const path = folder.join('repository')
  const own = {
    ...env,
    HOME: folder.join('home'),
    NX_CACHE_DIRECTORY: folder.join('nx/cache'),
    NX_WORKSPACE_DATA_DIRECTORY: folder.join('nx/data'),
    MOCHI_TASK_RESULTS: resultsOf(folder.join('home')),
  }
  runTimed(['git', 'clone', '--quiet', checkout.path, path], { env: own })
  const install = ['--frozen-lockfile', '--prefer-offline', '--ignore-scripts', '--reporter=silent']
  runTimed(['pnpm', 'install', ...install], { cwd: path, env: own })
  const all = made.move()
  return {
    path,
    env: own,
    forget: () => rm(folder.join('nx'), { recursive: true, force: true }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Where the results of runs go that have this HOME. */
export function resultsOf(home: string): string {
  return join(home, 'results.json')
}

async function readTemplate(checkout: Checkout): Promise<Record<string, string>> {
  const folder = checkout.join('templates/lib')
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const texts = files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')] as const)
  return Object.fromEntries(await Promise.all(texts))
}
