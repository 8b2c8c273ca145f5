import type { IncomingHttpHeaders } from 'node:http'
import { hostName, isAmong } from './host-names.ts'
import { problem } from './problem.ts'
import type { Problem } from './problem.ts'

/** What of a request says on whose behalf a browser sends it. */
export type Sender = { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders }

/** Methods that change nothing (RFC 9110, 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * True for a request that a browser sends for the page of another site, where that could do harm: it may change something,
 * or opens a stream of events or a web socket, which the page could read or hold open. Programs that are no browsers send
 * neither `Sec-Fetch-Site` nor `Origin`, and are not meant. An origin is ours when its name is the one that was asked, or
 * among those that the service was given. Fetch metadata: https://www.w3.org/TR/fetch-metadata/
 */
export function isCrossSite({ method = 'GET', headers }: Sender, names: readonly string[]): boolean {
  const isStream = headers.upgrade !== undefined || (headers.accept?.includes('text/event-stream') ?? false)
  return (isStream || !SAFE.has(method)) && isOfOtherSite({ headers }, names)
}

/** The same of a request that is known to be one that could do harm. */
export function isOfOtherSite({ headers }: Sender, names: readonly string[]): boolean {
  const { origin, host } = headers
  if (headers['sec-fetch-site'] === 'cross-site') return true
  return origin !== undefined && !isOurOrigin(origin, { host, names })
}

/** Where a side of a service keeps its names for `isOfOtherSite`. */
export const NAMES = Symbol('the names of the service')

export function crossSiteProblem(): Problem {
  return problem(403, 'CROSS_SITE', 'The page of another site may not change anything here, nor follow a stream.')
}

/** `null`, the origin of a page in a sandbox or of a file, is nobody's. */
function isOurOrigin(origin: string, { host, names }: { host: string | undefined; names: readonly string[] }): boolean {
  const name = hostName(/^https?:\/\/([^/]+)$/i.exec(origin)?.[1] ?? '')
  return name !== undefined && ((host !== undefined && name === hostName(host)) || isAmong(name, names))
}
