import { isIP, isIPv6 } from 'node:net'
import { errors } from './errors.ts'

/** A server by its address: a name would need another server. */
export type Server = { readonly address: string; readonly port: number }

/** Throws `DNS_SERVER_INVALID`. */
export function checkServers(servers: readonly Server[]): void {
  if (servers.length === 0) throw errors.DNS_SERVER_INVALID({ found: 'none' })
  for (const { address, port } of servers) {
    if (isIP(address) === 0 || !Number.isInteger(port) || port < 1 || port > 65_535)
      throw errors.DNS_SERVER_INVALID({ found: `${address} port ${port}` })
  }
}

export function formatServer({ address, port }: Server): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`
}
