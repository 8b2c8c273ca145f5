import { redact } from '@mochi/errors'
import type { FastifyServerOptions } from 'fastify'
import { LogController } from 'fastify'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

export type LogOptions = {
  readonly name: string
  readonly level: LogLevel
  /** Where lines go. Default: standard output. */
  readonly stream?: { write(line: string): void } | undefined
}

/** Lines of JSON, without the secrets that anybody may have put into them. */
export function loggerOptions({ name, level, stream }: LogOptions): NonNullable<FastifyServerOptions['logger']> {
  const hooks = { streamWrite: redact }
  return { level, base: { name }, hooks, ...(stream === undefined ? {} : { stream }) }
}

/** Our own faults are logged where they are answered. A line for each request, or for what clients do wrong, is not. */
export class QuietRequests extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' })
  }

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
