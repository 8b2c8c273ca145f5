import type { Registry } from '@mochi/toolchain'
import { findRegistry } from '@mochi/toolchain/registry'
import type { Context } from '../context.ts'
import { isSameRegistry } from './own-registry.ts'
import { findRegistryBefore } from './user-npmrc.ts'

type UplinkContext = Pick<Context, 'root' | 'home' | 'prefix' | 'env' | 'run'>

/**
 * The registry that this machine is configured for, ours left out wherever it is named: in variables by the launcher, in the
 * user's `.npmrc` by `mochi registry use`. Throws TOOLCHAIN_REGISTRY_UNKNOWN and TOOLCHAIN_TOKEN_IN_CLEAR.
 */
export async function findUplink(context: UplinkContext): Promise<Registry> {
  const { root, home } = context
  const instead = await findRegistryBefore(context)
  const except = { isMeant: (address: string) => isSameRegistry(address), instead }
  return findRegistry({ root, home, environment: withoutOwn(context.env), askNpm: () => askNpm(context), except })
}

/** What the variables said before the launcher put ours first. */
function withoutOwn(env: Context['env']): Context['env'] {
  const upstream = env['MOCHI_UPSTREAM_REGISTRY']
  if (upstream === undefined) return env
  return { ...env, npm_config_registry: upstream, NPM_CONFIG_REGISTRY: undefined }
}

/** What npm takes where neither a variable nor a file of the user or the checkout says anything. */
async function askNpm({ env, run }: UplinkContext): Promise<string | undefined> {
  const plain = { ...env, npm_config_registry: undefined, NPM_CONFIG_REGISTRY: undefined }
  const bare = { ...plain, NPM_CONFIG_USERCONFIG: undefined, npm_config_userconfig: '/dev/null' }
  const { code, stdout } = await run('npm', ['config', 'get', 'registry'], { cwd: '/', env: bare, timeout: 10_000 })
  return code === 0 ? stdout.trim() : undefined
}
