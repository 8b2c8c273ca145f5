import type { FastifyRequest, RouteOptions } from 'fastify'

/** What a request is to know of its route, found without a search. */
export type RouteNote = {
  /** Answers by status. */
  readonly counts: Record<string, number>
  readonly logLevel: RouteOptions['logLevel']
  readonly logSerializers: RouteOptions['logSerializers']
}

const NOTE = Symbol('what is known of a route')

type Noted = { [NOTE]?: RouteNote }

export function noteRoute(route: RouteOptions, note: RouteNote): void {
  const config: Noted = { ...(route.config as Noted | undefined), [NOTE]: note }
  route.config = config as NonNullable<RouteOptions['config']>
}

/** Undefined when no route takes the request. */
export function routeNote({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): RouteNote | undefined {
  return (routeOptions.config as Noted)[NOTE]
}
