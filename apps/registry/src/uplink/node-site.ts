import { ask } from './ask.ts'
import { createDispatcher } from './connect.ts'
import { openBody } from './uplink.ts'
import type { Body } from './uplink.ts'

export type NodeSite = {
  /** The bytes at a path below the site's dist folder, which nobody has checked. Throws UplinkFault, also while they come. */
  fetch(path: string, ended: AbortSignal): Promise<Body>
  close(): Promise<void>
}

/** Node's archives are some 60 MB. Bytes, and milliseconds for all of one. */
const MOST = 2 ** 29
const LONGEST = 600_000

/** Node's own download site, or a mirror of it, through the company's proxy. Connections are made when something is fetched. */
export function connectNodeSite(address: string, redirects: readonly string[]): NodeSite {
  const dispatcher = createDispatcher()
  return {
    fetch: async (path, ended) => {
      const url = new URL(`${address.replace(/\/+$/, '')}/${path}`)
      const signal = AbortSignal.any([AbortSignal.timeout(LONGEST), ended])
      const response = await ask(url, { dispatcher, redirects, headers: {}, signal })
      return openBody(response, { host: url.host, most: MOST })
    },
    close: () => dispatcher.close(),
  }
}
