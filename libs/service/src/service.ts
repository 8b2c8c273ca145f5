import type { IncomingMessage } from 'node:http'
import type { Server as TlsServer } from 'node:tls'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Flavor } from '@mochi/names'
import { describeService } from './about.ts'
import type { About, Manifest } from './about.ts'
import type { ServiceSettings } from './config.ts'
import { addLogLevel, addOpenApi } from './control-routes.ts'
import { isFromHere } from './from-here.ts'
import { Gauges } from './gauges.ts'
import { addHealth, createHealth } from './health.ts'
import type { Health } from './health.ts'
import { defaultLimits } from './limits.ts'
import type { Limits } from './limits.ts'
import { listen, listenOn } from './listen.ts'
import { createLog } from './log.ts'
import type { LogOptions } from './log.ts'
import { collectOpenApi } from './openapi.ts'
import { createRequestIds } from './request-id.ts'
import type { ServiceApp } from './service-app.ts'
import { urlOf } from './service-url.ts'
import { createSide } from './side.ts'
import type { Direct, Side } from './side.ts'
import type { InheritedSockets } from './sockets.ts'
import { addCount, addStats, countRequests } from './stats.ts'
import { createStopping } from './stopping.ts'
import type { StopHook, StopOptions, Stopping, StopResult } from './stopping.ts'
import { readTls } from './tls.ts'

export type ServiceOptions = {
  /** The app's package.json, whose name and version are the service's. */
  manifest: Manifest
  /** What it was told: where it listens, by which names, with which certificate, how much it logs. */
  config: ServiceSettings
  /** Adds the service's own routes. */
  routes: (app: ServiceApp, context: ServiceContext) => void | Promise<void>
  /** In place of the usual ones. */
  limits?: Partial<Limits>
  /** Where log lines go. Default: standard output. */
  logStream?: LogOptions['stream']
}

/** What a service's routes can know and add beside routes. */
export type ServiceContext = Omit<About, 'revision'> & {
  readonly health: Pick<Health, 'add'>
  /** Aborts when the service stops: what would go on for long ends then. */
  readonly stopping: AbortSignal
  /** Adds what is to happen first when the service stops, while it still answers. */
  readonly onStop: (hook: StopHook) => void
  /**
   * Adds an answer to GET requests that is given before the routes, and without what fastify does for them: hooks, schemas,
   * a log line. For what is asked ten thousand times a second. It returns true when it has answered, and leaves all that is rare
   * to the routes; `route` is its name in `/stats`.
   */
  readonly direct: (route: string, answer: DirectAnswer) => void
  /** Adds a figure to `/stats`, read when somebody asks, so that it should cost nothing. A name is there once. */
  readonly gauge: (name: string, read: () => number) => void
}

export type DirectAnswer = Direct['answer']

export type Service = {
  readonly name: string
  /** For `app.inject` in tests; it needs no port. */
  readonly app: ServiceApp
  /** What only the inside may ask: `/stats`, `/health` with reasons, `/-/log-level`, `/openapi.json`. */
  readonly internal: ServiceApp
  /**
   * Serves on the sockets that it is given, otherwise on the address it was told, whose port it opens. Throws
   * SERVICE_PORT_TAKEN, SERVICE_CANNOT_LISTEN, SERVICE_SOCKET_UNUSABLE or SERVICE_TLS_UNUSABLE.
   */
  start(options?: StartOptions): Promise<RunningService>
}

export type StartOptions = {
  readonly sockets?: InheritedSockets | undefined
  /** That of the host. In localdev, the default, one socket answers the inside too. */
  readonly flavor?: Flavor | undefined
}

export type RunningService = {
  readonly url: string
  /** Reads the certificate and its key anew; connections stay. SERVICE_TLS_UNUSABLE: it goes on with those it has. */
  reloadTls(): Promise<void>
  /** Stops without losing a request, and within the deadline and `closeGrace`, whatever the service's own hooks do. */
  stop(options?: StopOptions): Promise<StopResult>
}

/** On a laptop, where one socket answers everything, these are the inside's. */
const INTERNAL_PATHS = new Set(['/health', '/stats', '/-/log-level', '/openapi.json'])

/** A service: the app's routes, `/health`, and a stop that loses no request. Nothing is opened before `start`. */
export function createService({ manifest, config, routes, limits, logStream }: ServiceOptions): Service {
  const about = describeService(manifest)
  const state = { answersInside: false }
  const common = {
    limits: { ...defaultLimits, ...limits },
    names: [...config.hosts, config.host],
    isTls: config.tls !== undefined,
    requestId: createRequestIds(about.instance),
    unrouted: {},
    log: createLog({ name: about.name, level: config.logLevel, stream: logStream }),
  }
  const open: Side = createSide({
    ...common,
    divert: (request, response) => {
      if (!state.answersInside || !isForInside(request)) return false
      // Made ready when it is first asked: to compile its schemas takes as long as those of a small service.
      void inside.app.ready().then(() => inside.app.routing(request, response))
      return true
    },
  })
  const inside = createSide(common)
  const stopping = createStopping([open, inside])
  const health = createHealth(about, { isStopping: () => stopping.signal.aborted })
  const { routes: counted } = countRequests(open.app)
  const openApi = collectOpenApi(open.app, about)
  addHealth(open.app, health, 'public')
  addHealth(inside.app, health, 'internal')
  // What the inside says is about the routes and checks of the other side.
  inside.app.addHook('onReady', async () => {
    await open.app.ready()
  })
  const gauges = new Gauges()
  addStats(inside.app, {
    about,
    gauges,
    counts: { routes: counted, unrouted: common.unrouted },
    connections: () => ({ public: connectionsOf(open), internal: connectionsOf(inside) }),
  })
  addLogLevel(inside.app, common.log)
  addOpenApi(inside.app, openApi)
  const context: ServiceContext = {
    ...about,
    health,
    stopping: stopping.signal,
    onStop: (hook) => stopping.add(hook),
    direct: (route, answer) => open.direct({ counts: addCount(counted, route), answer }),
    gauge: (name, read) => gauges.add(name, read),
  }
  open.app.register(async (scope) => {
    await routes(scope.withTypeProvider<TypeBoxTypeProvider>(), context)
  })
  const { name } = about
  return {
    name,
    app: open.app,
    internal: inside.app,
    start: async ({ sockets, flavor = 'localdev' } = {}) => {
      state.answersInside = flavor === 'localdev' && sockets?.internal === undefined
      return start({ name, config, sides: { open, inside }, stopping, sockets })
    },
  }
}

function connectionsOf({ drain }: Side): number {
  return drain.traffic.connections.size
}

/** A proxy may not say for whom it asks. So this is for laptops alone. */
function isForInside(request: IncomingMessage): boolean {
  const { url = '' } = request
  const end = url.indexOf('?')
  return INTERNAL_PATHS.has(end === -1 ? url : url.slice(0, end)) && isFromHere(request)
}

type Starting = {
  name: string
  config: ServiceSettings
  sides: { open: Side; inside: Side }
  stopping: Stopping
  sockets: InheritedSockets | undefined
}

async function start({ name, config, sides, stopping, sockets }: Starting): Promise<RunningService> {
  const { open, inside } = sides
  const reloadTls = () => loadTls(config, [open, inside])
  await reloadTls()
  await (sockets?.internal === undefined ? open : inside).app.ready()
  try {
    if (sockets === undefined) await listen(name, open.app.server, config)
    else await listenOn(name, open.app.server, sockets.public)
    if (sockets?.internal !== undefined) await listenOn(name, inside.app.server, sockets.internal)
  } catch (error) {
    await Promise.all([open.app.close(), inside.app.close()])
    throw error
  }
  const url = urlOf(open.app.server.address(), config.tls === undefined ? 'http' : 'https')
  return { url, reloadTls, stop: (options) => stopping.stop(options) }
}

async function loadTls({ tls }: ServiceSettings, sides: readonly Side[]): Promise<void> {
  if (tls === undefined) return
  const pair = await readTls(tls)
  for (const { app } of sides) (app.server as unknown as TlsServer).setSecureContext(pair)
}
