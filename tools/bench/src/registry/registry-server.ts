import { startBelowLauncher } from '../service/below-launcher.ts'
import type { BelowLauncher, Launchable } from '../service/below-launcher.ts'

export type RegistryOptions = Launchable & {
  /** Where it keeps what it has: it is there again for the next one. */
  readonly data: string
  /** The address of its uplink. */
  readonly uplink: string
}

/** Of the packages that are published here. */
export const SCOPE = '@bench'

/** apps/registry as servers run it, as it is configured when nobody says anything. It ends with the block. */
export function startRegistry({ data, uplink, env, ...options }: RegistryOptions): Promise<BelowLauncher> {
  const own = { REGISTRY_DATA: data, REGISTRY_UPLINK: uplink, REGISTRY_SCOPES: JSON.stringify([SCOPE]) }
  return startBelowLauncher('registry', { ...options, env: { ...env, ...own } })
}
