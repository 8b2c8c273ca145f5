import { serviceUrl } from '@mochi/names'
import type { ServiceAddress } from './config.ts'

/** How long the process that holds a port may take to say who it is, in milliseconds. */
const PATIENCE = 300

/**
 * Who listens on a port: a service of this platform says its name on `/health`; otherwise the process, where the system
 * tells this user.
 */
export async function portHolder(address: ServiceAddress): Promise<string | undefined> {
  const name = await serviceAt(address)
  if (name !== undefined) return `the service ${name}`
  // Loaded here alone: a start that goes well does not need it.
  const { findPortHolder } = await import('@mochi/supervise/port-holder')
  return findPortHolder(address.port)
}

async function serviceAt(address: ServiceAddress): Promise<string | undefined> {
  try {
    const response = await fetch(`${serviceUrl(address)}/health`, { signal: AbortSignal.timeout(PATIENCE) })
    const health: unknown = await response.json()
    return hasName(health) ? health.name : undefined
  } catch {
    return undefined
  }
}

function hasName(value: unknown): value is { name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
}
