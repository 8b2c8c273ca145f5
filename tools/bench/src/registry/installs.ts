import { createFolder, startProcess } from '@mochi/testing'
import type { Environment, Folder } from '@mochi/testing'

export type InstallOptions = {
  /** How many people install at the same moment. */
  readonly count: number
  readonly dependencies: readonly string[]
  /** Its PATH has pnpm; everything else is of each one's own. */
  readonly env: Environment
  /** Milliseconds after which those that are not done are ended. */
  readonly patience: number
}

/**
 * `pnpm install` by people who have nothing yet: each with a HOME, a store and caches of its own. Gives the milliseconds until the
 * last has ended. Throws with what it said when one fails or takes too long.
 */
export async function installAtOnce(registry: string, options: InstallOptions): Promise<number> {
  const { count, dependencies, env, patience } = options
  await using folder = await createFolder()
  const manifest = JSON.stringify({
    name: 'project',
    version: '1.0.0',
    private: true,
    dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])),
  })
  const people = Array.from({ length: count }, (_, index) => String(index))
  for (const person of people) {
    await folder.write({ [`${person}/project/package.json`]: manifest, [`${person}/home/.keep`]: '' })
  }
  const end = AbortSignal.timeout(patience)
  const start = performance.now()
  await Promise.all(
    people.map((person) => install({ folder, person, end }, environmentOf(folder, person, { env, registry }))),
  )
  return performance.now() - start
}

type Person = { readonly folder: Folder; readonly person: string; readonly end: AbortSignal }

async function install({ folder, person, end }: Person, env: Environment): Promise<void> {
  const args = ['install', '--ignore-scripts', '--reporter=append-only']
  await using pnpm = startProcess('pnpm', args, { cwd: folder.join(person, 'project'), env })
  const kill = (): void => pnpm.killGroup()
  end.addEventListener('abort', kill)
  const { code, signal, stdout, stderr } = await pnpm.ended
  end.removeEventListener('abort', kill)
  if (code !== 0) throw new Error(`pnpm install ended with ${code ?? signal ?? 'nothing'}:\n${stdout}${stderr}`)
}

type Where = { readonly env: Environment; readonly registry: string }

function environmentOf(folder: Folder, person: string, { env, registry }: Where): Environment {
  const own = (name: string): string => folder.join(person, name)
  return {
    PATH: env['PATH'] ?? '',
    HOME: own('home'),
    TMPDIR: folder.join(person),
    LANG: 'C',
    CI: '1',
    npm_config_registry: `${registry}/`,
    pnpm_config_registry: `${registry}/`,
    pnpm_config_store_dir: own('store'),
    pnpm_config_cache_dir: own('cache'),
  }
}
