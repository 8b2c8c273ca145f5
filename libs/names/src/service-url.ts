/** An address of TCP: a name or a number, and a port. */
export type TcpAddress = { readonly host: string; readonly port: number }

/** The URL of an address. An IPv6 address stands in brackets: `http://[::1]:8080`. */
export function serviceUrl({ host, port }: TcpAddress, scheme: 'http' | 'https' = 'http'): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}
