import { flushCompileCache, getCompileCacheDir } from 'node:module'
import { formatError, isMochiError } from '@mochi/errors'
import { findCheckout, loadMochiConfig, misspeltVariables } from '@mochi/config'
import type { Flavor } from '@mochi/names'
import { blockOutput } from './blocking-output.ts'
import { loadConfig } from './config.ts'
import type { ConfigProcess, ServiceSchema, ServiceSettings } from './config.ts'
import { listenForOrders } from './orders.ts'
import type { OrderSource } from './orders.ts'
import type { RunningService, Service } from './service.ts'
import { forgetSockets, inheritedSockets, ownerOfSockets } from './sockets.ts'
import type { StopOptions } from './stopping.ts'

/** What of the process a service needs. Node's own `process` fits. */
export type ServiceProcess = OrderSource &
  ConfigProcess & {
    readonly env: Record<string, string | undefined>
    readonly pid: number
    readonly stdout: { write(text: string): unknown }
    readonly stderr: { write(text: string): unknown }
  }

export type RunOptions<Config extends ServiceSettings> = StopOptions & {
  /** What the service can be told: `serviceConfig(name, …)`. */
  schema: ServiceSchema<Config>
  /** Makes the service out of its configuration, and of what is known of the host that matters to it. */
  create: (config: Config, host: { readonly flavor: Flavor | undefined }) => Service
  process: ServiceProcess
}

/**
 * Runs a service until SIGTERM, SIGINT or its launcher's order, and resolves with the exit code: 0 after a stop that was asked
 * for, 1, after having said why, when it could not start or had not put away in time what it holds. A second signal has its
 * usual effect: the process ends at once. With TLS, SIGHUP has it read the certificate anew.
 */
export async function runService<Config extends ServiceSettings>(options: RunOptions<Config>): Promise<number> {
  const { process } = options
  blockOutput(process.stdout, process.stderr)
  // Set by a launcher that nobody takes over from; what this process starts may have other ends.
  const endsWithLauncher = process.env['MOCHI_ENDS_WITH_LAUNCHER'] === '1'
  delete process.env['MOCHI_ENDS_WITH_LAUNCHER']
  using orders = listenForOrders(process, { endsWithLauncher })
  try {
    const sockets = inheritedSockets(process.env, process.pid)
    const owner = ownerOfSockets(process.env, process.pid)
    if (owner !== undefined)
      process.stderr.write(`warning: the sockets of LISTEN_FDS are those of process ${owner}, not of this one\n`)
    forgetSockets(process.env)
    for (const { found, meant } of misspeltVariables({
      schema: options.schema,
      name: options.schema.title,
      environment: process.env,
    }))
      process.stderr.write(`warning: ${found} means nothing to ${options.schema.title}; did you mean ${meant}?\n`)
    const { value, host } = await loadConfig(options.schema, process)
    const config = { ...value, hosts: [...value.hosts, ...(await companyNames(process))] }
    const service = options.create(config, { flavor: host.flavor })
    const running = await service.start({ sockets, flavor: host.flavor })
    using _ = reloadOnHangUp(service, running, { isTls: config.tls !== undefined, process })
    process.stdout.write(`${service.name} listens on ${running.url}\n`)
    orders.sayReady()
    keepCompiled()
    const { why, hasSuccessor } = await orders.stop
    process.stdout.write(`${service.name} stops: ${why}\n`)
    return await stop(running, { ...options, hasSuccessor })
  } catch (error) {
    if (!isMochiError(error)) throw error
    process.stderr.write(`${formatError(error)}\n`)
    return 1
  }
}

/**
 * Node writes its compile cache when a process ends, and never when it is killed. Written now, the next start has it however
 * this one ends. Not before the service serves, and after the requests that have waited for it.
 */
function keepCompiled(): void {
  if (getCompileCacheDir() !== undefined) setImmediate(flushCompileCache)
}

/** In a checkout, the names of the company; on a server `hosts` has them. What is wrong with the file is told elsewhere. */
async function companyNames({ argv: [, program] }: ConfigProcess): Promise<string[]> {
  const root = program === undefined ? undefined : findCheckout(program)
  if (root === undefined) return []
  const company = await loadMochiConfig(root).catch(() => undefined)
  return company === undefined ? [] : [company.domain, `*.${company.domain}`]
}

/** Without TLS a hang-up ends the process, as that of a terminal should. */
function reloadOnHangUp(
  service: Service,
  running: RunningService,
  { isTls, process }: { isTls: boolean; process: ServiceProcess },
): Disposable {
  const { log } = service.app
  const reload = (): void => {
    running.reloadTls().then(
      () => log.info('the certificate has been read anew'),
      (err: unknown) => log.error({ err }, 'the certificate stays as it was'),
    )
  }
  if (isTls) process.on('SIGHUP', reload)
  return { [Symbol.dispose]: () => void process.off('SIGHUP', reload) }
}

/**
 * A client that stays until the deadline is no fault of the service's, so connections that were cut leave the exit code
 * alone; a hook that has not ended is one, and what it was to put away may be lost.
 */
async function stop(
  running: RunningService,
  { process, ...options }: StopOptions & { process: ServiceProcess },
): Promise<number> {
  const { cut, isClosed } = await running.stop(options)
  if (cut > 0) process.stderr.write(`${cut} connection(s) were still open at the deadline and have been cut\n`)
  if (!isClosed) process.stderr.write('an onStop or onClose hook had not ended at the deadline and has been given up\n')
  return isClosed ? 0 : 1
}
