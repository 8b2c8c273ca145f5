import type { IncomingMessage } from 'node:http'
import { crossSiteProblem, isCrossSite } from './cross-site.ts'
import { createHostCheck } from './host-names.ts'
import type { Limits } from './limits.ts'
import { problem } from './problem.ts'
import type { Problem } from './problem.ts'

export type GateOptions = {
  readonly limits: Limits
  /** The names of the service beside loopback and its addresses. */
  readonly names: readonly string[]
}

export type Gate = (request: IncomingMessage) => Problem | undefined

/** What every request passes before anything else looks at it; the first thing that is wrong is its answer. */
export function createGate({ limits, names }: GateOptions): Gate {
  const isOurHost = createHostCheck(names)
  return (request) => {
    const { url = '', rawHeaders, headers, socket } = request
    if (url.length > limits.url) return problem(414, 'URL_TOO_LONG', `A URL has at most ${limits.url} bytes.`)
    if (rawHeaders.length > 2 * limits.headers)
      return problem(431, 'HEADERS_TOO_MANY', `A request has at most ${limits.headers} headers.`)
    if (!isOurHost(headers.host, socket))
      return problem(421, 'HOST_UNKNOWN', 'The Host header is none of the names of this service.')
    if (isCrossSite(request, names)) return crossSiteProblem()
    return undefined
  }
}

/** For a request on a connection beyond those that are served. */
export function surplusProblem({ connections }: Limits): Problem {
  const headers = { connection: 'close', 'retry-after': '1' }
  const detail = `More than ${connections} connections are open.`
  return problem(503, 'CONNECTIONS_TOO_MANY', { detail, headers })
}
