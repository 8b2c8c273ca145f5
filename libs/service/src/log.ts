import { redact } from '@mochi/errors'
import type { FastifyBaseLogger } from 'fastify'
import { LogController } from 'fastify'
import { pino } from 'pino'
import type { RouteNote } from './route-note.ts'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

export type LogOptions = {
  readonly name: string
  readonly level: LogLevel
  /** Where lines go. Default: standard output. */
  readonly stream?: { write(line: string): void } | undefined
}

/** Lines of JSON, without the secrets that anybody may have put into them. */
export function createLog({ name, level, stream }: LogOptions): FastifyBaseLogger {
  const options = { level, base: { name }, hooks: { streamWrite: redact }, serializers: SERIALIZERS }
  return stream === undefined ? pino(options) : pino(options, stream)
}

/** Of a request and an answer whoever logs them means this, not all that hangs on them. */
const SERIALIZERS = {
  req: ({ method, url }: { method?: string; url?: string }) => ({ method, url }),
  res: ({ statusCode }: { statusCode?: number }) => ({ statusCode }),
}

/**
 * The log of one request, which is made when it is first used: hardly any request logs something, and to make one is a
 * twentieth of the time that a request takes.
 */
export class RequestLog implements FastifyBaseLogger {
  readonly #parent: FastifyBaseLogger
  readonly #requestId: string
  readonly #route: RouteNote | undefined
  #made: FastifyBaseLogger | undefined

  constructor(parent: FastifyBaseLogger, requestId: string, route: RouteNote | undefined) {
    this.#parent = parent
    this.#requestId = requestId
    this.#route = route
  }

  get level(): string {
    return this.#log().level
  }

  set level(level: string) {
    this.#log().level = level
  }

  child(...given: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger {
    return this.#log().child(...given)
  }

  trace(...given: unknown[]): void {
    this.#write('trace', given)
  }

  debug(...given: unknown[]): void {
    this.#write('debug', given)
  }

  info(...given: unknown[]): void {
    this.#write('info', given)
  }

  warn(...given: unknown[]): void {
    this.#write('warn', given)
  }

  error(...given: unknown[]): void {
    this.#write('error', given)
  }

  fatal(...given: unknown[]): void {
    this.#write('fatal', given)
  }

  silent(): void {
    return
  }

  #write(level: Exclude<LogLevel, 'silent'>, given: unknown[]): void {
    const log = this.#log()
    Reflect.apply(log[level], log, given)
  }

  #log(): FastifyBaseLogger {
    return (this.#made ??= this.#parent.child({ requestId: this.#requestId }, optionsOf(this.#route)))
  }
}

/** Only what the route says: a level that is given, even the same one, makes a child dear. Fastify's word for none is ''. */
function optionsOf({ logLevel, logSerializers }: Partial<RouteNote> = {}) {
  return {
    ...(logLevel ? { level: logLevel } : {}),
    ...(logSerializers === undefined ? {} : { serializers: logSerializers }),
  }
}

/** Our own faults are logged where they are answered. A line for each request, or for what clients do wrong, is not. */
export class QuietRequests extends LogController {
  override incomingRequest(): void {
    return
  }

  override routeNotFound(): void {
    return
  }

  override requestCompleted(...[error, request, reply]: Parameters<LogController['requestCompleted']>): void {
    if (error instanceof Error) super.requestCompleted(error, request, reply)
  }
}
