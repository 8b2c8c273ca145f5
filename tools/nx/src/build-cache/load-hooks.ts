import { enableCompileCache } from 'node:module'
import type { beginRun, endRun } from './hooks.ts'
import { COMPILED, findHost } from './host.ts'

export type Hooks = { readonly beginRun: typeof beginRun; readonly endRun: typeof endRun }

/**
 * What a run with a cache needs. Its thread starts while the rest is loaded, where the environment has a token and it will
 * be needed; what Node compiles is kept, because turning TypeScript into JavaScript is most of the time that this takes.
 */
export async function loadHooks(env: NodeJS.ProcessEnv): Promise<Hooks> {
  enableCompileCache(COMPILED)
  if ((env['MOCHI_CACHE_TOKEN'] ?? '') !== '') findHost()
  return await import('./hooks.ts')
}
