import type { IncomingMessage } from 'node:http'

const WELL_FORMED = /^[A-Za-z0-9._-]{1,64}$/

/**
 * Gives each request an id: the `x-request-id` that it brings, when it is well-formed, so that one id follows a call through
 * services; otherwise one that no other process of this service gives.
 */
export function createRequestIds(instance: string): (request: Pick<IncomingMessage, 'headers'>) => string {
  const state = { count: 0 }
  return ({ headers }) => {
    const given = headers['x-request-id']
    if (typeof given === 'string' && WELL_FORMED.test(given)) return given
    state.count += 1
    return `${instance}-${state.count}`
  }
}
