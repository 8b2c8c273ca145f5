import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { fastify } from 'fastify'
import type { FastifyBaseLogger, FastifyReply } from 'fastify'
import { limitAnswerTime } from './answer-deadline.ts'
import { answerWithProblems, sendProblem } from './answers.ts'
import { NAMES } from './cross-site.ts'
import { createDrain } from './drain.ts'
import type { Drain } from './drain.ts'
import { createGate, surplusProblem } from './gate.ts'
import type { Limits } from './limits.ts'
import { QuietRequests, RequestLog } from './log.ts'
import { routeNote } from './route-note.ts'
import { createServer, refuseClient } from './servers.ts'
import type { ServiceApp } from './service-app.ts'
import { count } from './stats.ts'
import { answerOf } from './traffic.ts'
import type { OpenAnswer } from './traffic.ts'

/** What one socket answers: the public one has the service's routes, the internal one what only the inside may ask. */
export type Side = {
  readonly app: ServiceApp
  readonly drain: Drain
  /** Adds what may answer before the routes. */
  readonly direct: (answer: Direct) => void
}

/**
 * Answers a request without fastify, where a route would cost more than its answer: true when it has. It sees only what has
 * passed the gate, and leaves what is rare to the routes.
 */
export type Direct = {
  /** What it is counted as in `/stats`. */
  readonly counts: Record<string, number>
  readonly answer: (request: IncomingMessage, response: ServerResponse) => boolean
}

export type SideOptions = {
  readonly log: FastifyBaseLogger
  readonly limits: Limits
  readonly names: readonly string[]
  readonly isTls: boolean
  readonly requestId: (request: IncomingMessage) => string
  /** Counts of answers to what no route takes, by status. */
  readonly unrouted: Record<string, number>
  /** Takes a request away from the routes: true when it has. */
  readonly divert?: Divert
}

type Divert = (request: IncomingMessage, response: ServerResponse) => boolean

const SCHEMAS = {
  // What schemas are made of is checked as they are compiled; to compile the schema of schemas would be a twentieth of a start.
  validateSchema: false,
  // fastify would take away what a closed object does not know: a mistyped key of a filter would then let all through.
  removeAdditional: false,
}

/** A fastify instance behind the limits and the gate of a service. It listens to nothing yet, and has no routes. */
export function createSide(options: SideOptions): Side {
  const { limits, names, isTls, unrouted, divert, log } = options
  const gate = createGate({ limits, names })
  const direct: Direct[] = []
  const answerDirectly: Divert = (request, response) => {
    if (direct.length === 0) return false
    const open = answerOf(response)
    if (open?.connection.isSurplus === true || gate(request) !== undefined) return false
    const found = direct.find(({ answer }) => answer(request, response))
    if (found !== undefined && open !== undefined) open.counts = found.counts
    return found !== undefined
  }
  const mayUpgrade = (request: IncomingMessage): boolean => {
    if (app.server.listenerCount('upgrade') === 0 || gate(request) !== undefined) return false
    drain.traffic.upgraded(request)
    return true
  }
  const app: ServiceApp = fastify({
    logController: new QuietRequests(),
    return503OnClosing: false,
    bodyLimit: limits.body,
    routerOptions: { maxParamLength: limits.url },
    ajv: { customOptions: SCHEMAS },
    genReqId: options.requestId,
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler: (error, socket) => {
      const status = refuseClient(error, socket)
      if (status !== undefined) count(unrouted, status)
    },
    serverFactory: (handler) =>
      createServer(diverting(handler, [divert, answerDirectly]), { limits, isTls, mayUpgrade }),
  }).withTypeProvider<TypeBoxTypeProvider>()
  // A logger that fastify knows of costs each request two more listeners and a logger.
  app.log = log
  const onRequest = limitAnswerTime(() => drain.traffic, limits.answerTime)
  const drain = createDrain(app.server, {
    onRequest,
    onAnswered: ({ response, counts }) => {
      if (counts !== undefined && response.writableFinished) count(counts, response.statusCode)
    },
    onFault: (err) => log.error({ err }, 'an answer failed'),
    onConnection: (connection) => {
      connection.isSurplus = drain.traffic.connections.size > limits.connections
    },
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    const route = routeNote(request)
    request.log = reply.log = new RequestLog(log, request.id, route)
    const isSurplus = noteReply(reply, route?.counts)?.connection.isSurplus === true
    done(isSurplus ? surplusProblem(limits) : gate(request.raw))
  })
  app.decorate(NAMES, names)
  answerWithProblems(app, (status) => count(unrouted, status))
  return { app, drain, direct: (answer) => void direct.push(answer) }
}

/** Tells an answer who gives it, and where it is counted. */
function noteReply(reply: FastifyReply, counts: Record<string, number> | undefined): OpenAnswer | undefined {
  const { raw } = reply
  const answer = answerOf(raw)
  if (answer !== undefined) {
    answer.reply = reply
    answer.counts = counts
  } else if (counts !== undefined) {
    // Without a connection, as `inject` asks.
    raw.once('finish', () => count(counts, raw.statusCode))
  }
  return answer
}

function diverting(handler: RequestListener, diverts: readonly (Divert | undefined)[]): RequestListener {
  const given = diverts.filter((divert) => divert !== undefined)
  return (request, response) => {
    if (!given.some((divert) => divert(request, response))) handler(request, response)
  }
}
