import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import findMyWay from 'find-my-way'
import { http } from './built-ins.ts'
import { formatProblem, problem, toProblem } from './problem.ts'
import type { ServiceApp } from './service-app.ts'

/** Answers whatever is thrown with a problem document; what is no fault of the client's is logged. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = toProblem(thrown)
  if (answer.status === 500) request.log.error({ err: thrown }, 'a request failed')
  return reply
    .code(answer.status)
    .headers({ ...answer.options.headers })
    .header('content-type', 'application/problem+json')
    .send(formatProblem(answer, request.id))
}

/** Problem documents for what is thrown, for paths that nobody answers, and for methods that a path does not have. */
export function answerWithProblems(app: ServiceApp, onUnrouted: (status: number) => void): void {
  const methodsOf = collectMethods(app)
  app.setErrorHandler<FastifyError>(sendProblem)
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url)
    const status = methods.length === 0 ? 404 : 405
    onUnrouted(status)
    if (status === 404) throw problem(404, 'NOT_FOUND', 'Nothing is at this path.')
    reply.header('allow', methods.join(', '))
    throw problem(405, 'METHOD_NOT_ALLOWED', `At this path are ${methods.join(', ')}.`)
  })
}

/** The methods that a URL has. The routes are looked through again, with all methods, only when somebody got one wrong. */
function collectMethods(app: ServiceApp): (url: string) => string[] {
  const routes: { method: string; url: string }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push({ method: each, url })
  })
  const state: { router?: findMyWay.Instance<findMyWay.HTTPVersion.V1> } = {}
  return (url) => {
    state.router ??= createRouter(routes)
    const { router } = state
    const used = new Set(routes.map(({ method }) => method))
    const path = url.split('?', 1)[0] ?? ''
    return http.METHODS.filter(
      (method) => used.has(method) && router.find(method as findMyWay.HTTPMethod, path) !== null,
    )
  }
}

function createRouter(
  routes: readonly { method: string; url: string }[],
): findMyWay.Instance<findMyWay.HTTPVersion.V1> {
  const router = findMyWay()
  const known = new Set<string>()
  for (const { method, url } of routes) {
    if (known.has(`${method} ${url}`)) continue
    known.add(`${method} ${url}`)
    router.on(method as findMyWay.HTTPMethod, url, () => undefined)
  }
  return router
}
