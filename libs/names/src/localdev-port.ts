import { fnv1a32 } from './fnv1a.ts'

/** The platform's own ports, which are the same everywhere. The nameserver's is not 5353: macOS holds that. */
export const platformPorts = { registry: 4873, nameserver: 15_353, udplog: 55_647 } as const

const FIRST = 20_000
const COUNT = 10_000

/** Services of the platform whose own port that is. */
const platformServices: ReadonlyMap<string, number> = new Map([
  ['registry', platformPorts.registry],
  ['nameserver', platformPorts.nameserver],
])

/**
 * The port that a service has on a laptop: that of the platform where it is the platform's, otherwise 20000 + FNV-1a-32(name) mod 10000, so that every checkout on every machine
 * agrees without a file. All of them lie outside the platform's fixed ports (registry 4873, nameserver 15353, UDPLog
 * 55647) and below the ports that Linux (from 32768) and macOS (from 49152) hand out to clients. Two names may share a
 * port: whoever knows all services reports it.
 */
export function localdevPort(name: string): number {
  return platformServices.get(name) ?? FIRST + (fnv1a32(name) % COUNT)
}
