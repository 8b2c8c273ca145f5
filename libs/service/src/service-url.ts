import type { AddressInfo } from 'node:net'
import { serviceUrl } from '@mochi/names'

/** Where a server listens. systemd may have given it a socket of the file system, which has no URL but its path. */
export function urlOf(address: AddressInfo | string | null, scheme: 'http' | 'https'): string {
  if (address === null || typeof address === 'string') return `unix:${address ?? ''}`
  return serviceUrl({ host: address.address, port: address.port }, scheme)
}
