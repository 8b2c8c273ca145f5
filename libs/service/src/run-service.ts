import { formatError, isMochiError } from '@mochi/errors'
import { readConfig } from './config.ts'
import type { Environment, ServiceAddress, ServiceSchema } from './config.ts'
import { misspeltVariables } from './misspelt.ts'
import type { RunningService, Service, StopOptions } from './service.ts'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** What of the process a service needs. Node's own `process` fits. */
export type ServiceProcess = {
  readonly env: Environment
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  on(signal: NodeJS.Signals, listener: () => void): unknown
  off(signal: NodeJS.Signals, listener: () => void): unknown
}

export type RunOptions<Config extends ServiceAddress> = StopOptions & {
  /** What the service can be told: `serviceConfig(name, …)`. */
  schema: ServiceSchema<Config>
  /** Makes the service out of its configuration. */
  create: (config: Config) => Service
  process: ServiceProcess
}

/**
 * Runs a service until SIGTERM or SIGINT and resolves with the exit code: 0 after a stop that was asked for, 1, after having
 * said why, when it could not start or had not put away what it holds in time. A second signal has its usual effect: the process ends at once.
 */
export async function runService<Config extends ServiceAddress>(options: RunOptions<Config>): Promise<number> {
  const { stdout, stderr, env } = options.process
  try {
    for (const { found, meant } of misspeltVariables(options.schema, env))
      stderr.write(`warning: ${found} means nothing to ${options.schema.title}; did you mean ${meant}?\n`)
    const config = readConfig(options.schema, env)
    const service = options.create(config)
    const running = await service.start(config)
    const signal = nextSignal(options.process)
    stdout.write(`${service.name} listens on ${running.url}\n`)
    stdout.write(`${service.name} stops: ${await signal}\n`)
    return await stop(running, options)
  } catch (error) {
    if (!isMochiError(error)) throw error
    stderr.write(`${formatError(error)}\n`)
    return 1
  }
}

/**
 * A client that stays until the deadline is no fault of the service's, so connections that were cut leave the exit code
 * alone; a hook that has not ended is one, and what it was to put away may be lost.
 */
async function stop(
  running: RunningService,
  { idleGrace, deadline, closeGrace, process }: StopOptions & { process: ServiceProcess },
): Promise<number> {
  const { cut, isClosed } = await running.stop({ idleGrace, deadline, closeGrace })
  if (cut > 0) process.stderr.write(`${cut} connection(s) were still open at the deadline and have been cut\n`)
  if (!isClosed) process.stderr.write('an onClose hook had not ended at the deadline and has been given up\n')
  return isClosed ? 0 : 1
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
