/** 127.0.0.0/8, RFC 1122, 3.2.1.3. A pattern, because `node:net` is more than the rest of this library. */
const LOOPBACK_IPV4 = /^127(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/

/** An address that only this machine has, also as a socket of both families says it: `::ffff:127.0.0.1`. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || LOOPBACK_IPV4.test(address.replace(/^::ffff:/i, ''))
}

/**
 * Whether a host, as the `hostname` of a URL or without the brackets of IPv6, is this machine: what goes there may go in
 * clear. A name below `localhost` is not: who resolves names may send it elsewhere.
 */
export function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || isLoopbackAddress(host)
}
