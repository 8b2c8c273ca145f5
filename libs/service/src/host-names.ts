import { isLoopbackName } from '@mochi/names'

/** As many spellings of Host as are remembered: whoever sends others is asked about each time. */
const REMEMBERED = 1_000

/** `at` is the connection, asked only for a spelling that is new. */
export type HostCheck = (host: string | undefined, at?: { readonly localAddress?: string | undefined }) => boolean

/**
 * Whether a Host header names this service: a loopback name, the address that the connection was made to, or a name that
 * was given (`*.example.com` is every name below `example.com`). Another name means that somebody else's name was
 * pointed at this machine (DNS rebinding): a browser would show that page what the service answers. A request without the
 * header is none of a browser's. RFC 9110, 7.4.
 */
export function createHostCheck(names: readonly string[]): HostCheck {
  const known = new Set<string>()
  return (host, at) => {
    if (host === undefined || known.has(host)) return true
    const name = hostName(host)
    if (name === undefined || !(name === at?.localAddress || isOwn(name) || isAmong(name, names))) return false
    if (known.size < REMEMBERED) known.add(host)
    return true
  }
}

/** The name or address in a Host header or an authority, in lower case and without its port; undefined when it is none. */
export function hostName(host: string): string | undefined {
  const found = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::\d{0,5})?$/i.exec(host)
  return (found?.[1] ?? found?.[2])?.toLowerCase().replace(/(?<=.)\.$/, '')
}

/** True for a name that lies among those that were given. */
export function isAmong(name: string, names: readonly string[]): boolean {
  return names.some((given) => {
    const own = given.toLowerCase()
    return own.startsWith('*.') ? name.endsWith(own.slice(1)) : name === own
  })
}

/** This machine, or a name below `localhost` (RFC 6761, 6.3). */
function isOwn(name: string): boolean {
  return isLoopbackName(name) || name.endsWith('.localhost')
}
