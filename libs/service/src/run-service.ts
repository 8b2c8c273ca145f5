import { formatError, isMochiError } from '@mochi/errors'
import type { Static, TProperties, TSchema } from 'typebox'
import { readConfig } from './config.ts'
import type { Environment, ServiceAddress } from './config.ts'
import type { DrainOptions } from './drain.ts'
import type { RunningService, Service } from './service.ts'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** What of the process a service needs. Node's own `process` fits. */
export type ServiceProcess = {
  readonly env: Environment
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  on(signal: NodeJS.Signals, listener: () => void): unknown
  off(signal: NodeJS.Signals, listener: () => void): unknown
}

export type RunOptions<Schema extends TSchema> = DrainOptions & {
  /** What the service can be told: `serviceConfig(name, …)`. */
  schema: Schema & { title?: string; properties?: TProperties }
  /** Makes the service out of its configuration. */
  create: (config: Static<Schema> & ServiceAddress) => Service
  process: ServiceProcess
}

/**
 * Runs a service until SIGTERM or SIGINT and resolves with the exit code: 0 after a stop that was asked for, 1 when it
 * could not start, after having said why. A second signal has its usual effect: the process ends at once.
 */
export async function runService<Schema extends TSchema>(options: RunOptions<Schema>): Promise<number> {
  const { stdout, stderr, env } = options.process
  try {
    const config = readConfig(options.schema, env)
    const service = options.create(config)
    const running = await service.start(config)
    const signal = nextSignal(options.process)
    stdout.write(`${service.name} listens on ${running.url}\n`)
    stdout.write(`${service.name} stops: ${await signal}\n`)
    await stop(running, options)
    return 0
  } catch (error) {
    if (!isMochiError(error)) throw error
    stderr.write(`${formatError(error)}\n`)
    return 1
  }
}

async function stop(
  running: RunningService,
  { idleGrace, deadline, process }: DrainOptions & { process: ServiceProcess },
): Promise<void> {
  const cut = await running.stop({ idleGrace, deadline })
  if (cut > 0) process.stderr.write(`${cut} connection(s) were still open at the deadline and have been cut\n`)
}

/** Listens for one signal only: with no listener left, the next one ends the process. */
function nextSignal(process: ServiceProcess): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const listeners = SIGNALS.map((signal) => {
      const listener = () => {
        for (const [each, itsListener] of listeners) process.off(each, itsListener)
        resolve(signal)
      }
      return [signal, listener] as const
    })
    for (const [signal, listener] of listeners) process.on(signal, listener)
  })
}
