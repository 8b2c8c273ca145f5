import type { IncomingMessage } from 'node:http'
import type { Grant } from '@mochi/build-cache'
import type { ServiceApp } from '@mochi/service'
import type { Authenticate } from './authenticate.ts'

/** The grant of who has sent a request below the guard. */
export type GrantOf = (request: { readonly raw: IncomingMessage }) => Grant

const grants = new WeakMap<IncomingMessage, Grant>()

/** Lets nobody without a token in front of the routes of `app`. */
export function guard(app: ServiceApp, authenticate: Authenticate): void {
  app.addHook('onRequest', async (request) => {
    grants.set(request.raw, await authenticate(request.headers.authorization))
  })
}

export const grantOf: GrantOf = ({ raw }) => {
  const grant = grants.get(raw)
  if (grant === undefined) throw new Error('A route asks for a grant and stands behind no guard.')
  return grant
}
