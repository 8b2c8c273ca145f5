import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { fastify, LogController } from 'fastify'
import { variableName } from './config.ts'
import type { ServiceAddress } from './config.ts'
import { createDrain, DEADLINE } from './drain.ts'
import type { Drain, DrainOptions } from './drain.ts'
import { errors } from './errors.ts'
import { addHealth } from './health.ts'
import { portHolder } from './port-holder.ts'
import type { ServiceApp } from './service-app.ts'
import type { InheritedSockets } from './sockets.ts'
import { serviceUrl } from './service-url.ts'

export type ServiceOptions = {
  /** The app's name, as its folder has it. */
  name: string
  /** Adds the service's own routes. */
  routes: (app: ServiceApp) => void | Promise<void>
}

export type Service = {
  readonly name: string
  /** For `app.inject` in tests; it needs no port. */
  readonly app: ServiceApp
  /**
   * Serves on the sockets that it is given, otherwise on the address, whose port it opens. Throws SERVICE_PORT_TAKEN,
   * SERVICE_CANNOT_LISTEN or SERVICE_SOCKET_UNUSABLE.
   */
  start(address: ServiceAddress, sockets?: InheritedSockets): Promise<RunningService>
}

export type RunningService = {
  readonly url: string
  /** Stops without losing a request, and within the deadline and `closeGrace`, whatever the service's own hooks do. */
  stop(options?: StopOptions): Promise<StopResult>
}

export type StopOptions = DrainOptions & {
  /** Milliseconds that the service's own `onClose` hooks have at least, when the requests have used up the deadline. */
  closeGrace?: number | undefined
}

export type StopResult = {
  /** How many connections were still open at the deadline and have been cut. */
  cut: number
  /** False when an `onClose` hook had not ended in time: what it was to put away may be lost. */
  isClosed: boolean
}

/** A service: the app's routes, `/health`, and a stop that loses no request. Nothing is opened before `start`. */
export function createService({ name, routes }: ServiceOptions): Service {
  const app: ServiceApp = fastify({
    logger: { level: 'info', base: { name } },
    logController: new FaultsOnly(),
    return503OnClosing: false,
    requestTimeout: 60_000,
  }).withTypeProvider<TypeBoxTypeProvider>()
  const drain = createDrain(app.server)
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (drain.isStopping) reply.header('connection', 'close')
    done()
  })
  addHealth(app, { name, isStopping: () => drain.isStopping })
  app.register(async (scope) => {
    await routes(scope.withTypeProvider<TypeBoxTypeProvider>())
  })
  return { name, app, start: (address, sockets) => start({ name, app, drain, address, sockets }) }
}

/** Faults of the service are logged. A line for each request, or for what clients do wrong, is not. */
class FaultsOnly extends LogController {
  override incomingRequest(): void {
    return
  }

  override routeNotFound(): void {
    return
  }

  override requestCompleted(...[error, request, reply]: Parameters<LogController['requestCompleted']>): void {
    if (error instanceof Error) super.requestCompleted(error, request, reply)
  }

  override defaultErrorLog(...[error, request, reply]: Parameters<LogController['defaultErrorLog']>): void {
    if (reply.statusCode >= 500) super.defaultErrorLog(error, request, reply)
  }
}

type Starting = {
  name: string
  app: ServiceApp
  drain: Drain
  address: ServiceAddress
  sockets?: InheritedSockets | undefined
}

async function start({ name, app, drain, address, sockets }: Starting): Promise<RunningService> {
  await app.ready()
  if (sockets === undefined) await listen(name, app, address)
  else await listenOn(name, app, sockets.public)
  const { address: host, port } = app.server.address() as AddressInfo
  return {
    url: serviceUrl({ host: sockets === undefined ? address.host : host, port }),
    stop: async ({ closeGrace = 1_000, ...options } = {}) => {
      const begin = performance.now()
      const cut = await drain.stop(options)
      const left = (options.deadline ?? DEADLINE) - (performance.now() - begin)
      return { cut, isClosed: await isClosedWithin(Math.max(left, closeGrace), app) }
    },
  }
}

/** Closes the app, which runs the service's own `onClose` hooks; false when they have not ended in that many milliseconds. */
async function isClosedWithin(patience: number, app: ServiceApp): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), patience)
  try {
    return await Promise.race([app.close().then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Not `app.listen`: for a name such as localhost it opens a second server, which no drain would know of. */
async function listen(name: string, app: ServiceApp, { host, port }: ServiceAddress): Promise<void> {
  try {
    app.server.listen({ host, port })
    await once(app.server, 'listening')
  } catch (cause) {
    await app.close()
    const { code, message: reason } = cause as NodeJS.ErrnoException
    const facts = { name, host, port, portVariable: variableName(name, 'port') }
    if (code === 'EADDRINUSE') {
      throw errors.SERVICE_PORT_TAKEN({ ...facts, holder: await portHolder({ host, port }) }, { cause })
    }
    throw errors.SERVICE_CANNOT_LISTEN({ ...facts, reason, hostVariable: variableName(name, 'host') }, { cause })
  }
}

async function listenOn(name: string, app: ServiceApp, fd: number): Promise<void> {
  try {
    app.server.listen({ fd })
    await once(app.server, 'listening')
  } catch (cause) {
    await app.close()
    throw errors.SERVICE_SOCKET_UNUSABLE({ name, fd, reason: (cause as Error).message }, { cause })
  }
}
