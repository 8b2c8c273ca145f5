import type { AddressInfo } from 'node:net'
import type { ServiceAddress } from './config.ts'

/** The URL of an address. An IPv6 address stands in brackets: `http://[::1]:8080`. */
export function serviceUrl({ host, port }: ServiceAddress, scheme: 'http' | 'https' = 'http'): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Where a server listens. systemd may have given it a socket of the file system, which has no URL but its path. */
export function urlOf(address: AddressInfo | string | null, scheme: 'http' | 'https'): string {
  if (address === null || typeof address === 'string') return `unix:${address ?? ''}`
  return serviceUrl({ host: address.address, port: address.port }, scheme)
}
