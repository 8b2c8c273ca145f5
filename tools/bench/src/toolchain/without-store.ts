import type { Environment } from '@mochi/testing'

/** The same environment with pnpm's store where pnpm itself puts it, in HOME: of pnpm's settings only the registry stays. */
export function withoutStore(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('pnpm_config_') || name === 'pnpm_config_registry'),
  )
}
