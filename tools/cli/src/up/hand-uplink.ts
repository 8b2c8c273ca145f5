import type { InspectedKey } from '@mochi/config'
import { isMochiError } from '@mochi/errors'
import type { Context } from '../context.ts'
import { findUplink } from '../registry/find-uplink.ts'

/** What the registry is told beside its configuration. */
export type Handed = {
  readonly env: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
}

const NOTHING: Handed = { env: {}, warnings: [] }

/**
 * The uplink of the registry, where its configuration names none: the registry that this machine has, with what npm's
 * configuration says to be sent there. Without one it serves what it holds. Nothing for every other service.
 */
export async function handUplink(context: Context, app: string, keys: readonly InspectedKey[]): Promise<Handed> {
  const isWanted = app === 'registry' && keys.some(({ key, origin }) => key === 'uplink' && origin === undefined)
  if (!isWanted) return NOTHING
  try {
    const { address, authorization } = await findUplink(context)
    const env = { REGISTRY_UPLINK: address }
    return authorization === undefined
      ? { env, warnings: [] }
      : { env, secrets: { uplinkAuthorization: authorization }, warnings: [] }
  } catch (error) {
    if (!isMochiError(error)) throw error
    return { env: {}, warnings: [`the registry has no uplink, and serves what it holds: ${error.message}`] }
  }
}
