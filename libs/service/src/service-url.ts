import type { ServiceAddress } from './config.ts'

/** The URL of an address. An IPv6 address stands in brackets: `http://[::1]:8080`. */
export function serviceUrl({ host, port }: ServiceAddress): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
