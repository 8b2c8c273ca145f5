import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { About } from './about.ts'
import type { Gauges } from './gauges.ts'
import { noteRoute } from './route-note.ts'
import type { ServiceApp } from './service-app.ts'

const Counts = Type.Record(Type.String({ description: 'status' }), Type.Integer())

/** What `/stats` says. Times are in seconds, sizes in bytes. */
export const Stats = Type.Object({
  name: Type.String(),
  version: Type.String(),
  revision: Type.Optional(Type.String()),
  instance: Type.String(),
  node: Type.String(),
  pid: Type.Integer(),
  startedAt: Type.String(),
  uptime: Type.Number(),
  cpu: Type.Object({ user: Type.Number(), system: Type.Number() }),
  memory: Type.Object({ rss: Type.Integer(), heapUsed: Type.Integer(), heapTotal: Type.Integer() }),
  loop: Type.Object({
    utilization: Type.Number({ description: 'Share of the time since the start' }),
    delay: Type.Object(
      { mean: Type.Number(), p99: Type.Number(), max: Type.Number() },
      { description: 'Since somebody first asked' },
    ),
  }),
  connections: Type.Object({ public: Type.Integer(), internal: Type.Integer() }),
  requests: Type.Array(Type.Object({ method: Type.String(), route: Type.String(), status: Counts })),
  unrouted: Counts,
  gauges: Type.Record(Type.String(), Type.Number(), { description: "The service's own figures" }),
})

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>

export type Route = Static<typeof Stats>['requests'][number]

/** Answers by route and status. A label is a route's pattern, never what a client has written: their number is fixed. */
export type RequestCounts = {
  readonly routes: Route[]
  /** Of requests that no route takes. */
  readonly unrouted: Record<string, number>
}

/** Knows the counts of the routes that are added from now on. */
export function countRequests(app: ServiceApp): RequestCounts {
  const routes: Route[] = []
  app.addHook('onRoute', (route) => {
    const status = {}
    routes.push({ method: [route.method].flat().join(','), route: route.url, status })
    noteRoute(route, { counts: status, logLevel: route.logLevel, logSerializers: route.logSerializers })
  })
  return { routes, unrouted: {} }
}

/** A count of GET answers under a name of their own. */
export function addCount(routes: Route[], route: string): Record<string, number> {
  const status = {}
  routes.push({ method: 'GET', route, status })
  return status
}

export function count(counts: Record<string, number>, status: number): void {
  counts[status] = (counts[status] ?? 0) + 1
}

export type StatsSources = {
  readonly about: About
  readonly counts: RequestCounts
  readonly connections: () => { public: number; internal: number }
  readonly gauges: Pick<Gauges, 'read'>
}

/** Adds `GET /stats`. It costs what it costs when somebody asks; nothing wakes up in between. */
export function addStats(app: ServiceApp, { about, counts, connections, gauges }: StatsSources): void {
  const state: { delay?: LoopDelay } = {}
  app.get('/stats', { schema: { response: { 200: Stats } } }, (_request, reply) => {
    state.delay ??= watchLoop()
    reply.header('cache-control', 'no-store')
    return {
      ...known(about),
      ...processFigures(state.delay),
      connections: connections(),
      requests: counts.routes.filter(({ status }) => Object.keys(status).length > 0),
      unrouted: counts.unrouted,
      gauges: gauges.read(),
    }
  })
}

function known({ revision, ...rest }: About) {
  return revision === undefined ? rest : { ...rest, revision }
}

/** One sample an iteration of the loop: an idle process is not woken for it. */
function watchLoop(): LoopDelay {
  const delay = monitorEventLoopDelay({ samplePerIteration: true })
  delay.enable()
  return delay
}

function processFigures(delay: LoopDelay) {
  const { rss, heapUsed, heapTotal } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return {
    node: process.version,
    pid: process.pid,
    startedAt: new Date(performance.timeOrigin).toISOString(),
    uptime: process.uptime(),
    cpu: { user: user / 1e6, system: system / 1e6 },
    memory: { rss, heapUsed, heapTotal },
    loop: {
      utilization: performance.eventLoopUtilization().utilization,
      delay: { mean: seconds(delay.mean), p99: seconds(delay.percentile(99)), max: seconds(delay.max) },
    },
  }
}

/** Of nanoseconds; without a sample they are no number. */
function seconds(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0
}
