import type { ServiceAddress } from './config.ts'
import { serviceUrl } from './service-url.ts'

/** How long the process that holds a port may take to say who it is, in milliseconds. */
const PATIENCE = 300

/**
 * Who listens on a port, as far as it can be known without a system's own tools: a service of this platform says its name
 * on `/health`. Anything else gives undefined.
 */
export async function portHolder(address: ServiceAddress): Promise<string | undefined> {
  try {
    const response = await fetch(`${serviceUrl(address)}/health`, { signal: AbortSignal.timeout(PATIENCE) })
    const health: unknown = await response.json()
    return hasName(health) ? `the service ${health.name}` : undefined
  } catch {
    return undefined
  }
}

function hasName(value: unknown): value is { name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
}
