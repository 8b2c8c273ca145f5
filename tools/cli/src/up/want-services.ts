import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { errors as configErrors, inspectServiceConfig } from '@mochi/config'
import type { InspectedKey } from '@mochi/config'
import { findNearest } from '@mochi/names'
import { listServices, readSchema } from '../config/read-schema.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { nodeNames } from './plan-services.ts'
import type { WantedService } from './plan-services.ts'

export type Wish = {
  /** The services by name, beside those whose nodes are counted; all of the checkout when there is none. */
  readonly names: readonly string[]
  /** How many of a service, where it is more than one. */
  readonly nodes: ReadonlyMap<string, number>
}

/**
 * What is to run, with the address and the variables that each service's configuration gives. Throws CLI_UNKNOWN_SERVICE,
 * CLI_NO_SERVICE, CLI_NODE_NAME_TAKEN, CLI_HOST_UNKNOWN, and CONFIG_SERVICE_INVALID with every fault of a service that
 * could not start.
 */
export async function wantServices(context: Context, { names, nodes }: Wish): Promise<readonly WantedService[]> {
  const services = await listServices(context.root)
  if (services.length === 0) throw errors.CLI_NO_SERVICE({ root: context.root })
  for (const name of [...names, ...nodes.keys()]) {
    if (!services.includes(name)) throw errors.CLI_UNKNOWN_SERVICE({ name, nearest: findNearest(name, services) })
  }
  const wanted = names.length === 0 ? services : services.filter((name) => names.includes(name) || nodes.has(name))
  for (const app of wanted) {
    const [, ...others] = nodeNames(app, nodes.get(app) ?? 1)
    const taken = others.find((name) => services.includes(name))
    if (taken !== undefined) throw errors.CLI_NODE_NAME_TAKEN({ app, taken })
  }
  return Promise.all(wanted.map((app) => want(context, app, nodes.get(app) ?? 1)))
}

async function want(context: Context, app: string, nodes: number): Promise<WantedService> {
  const { root, prefix, env: environment } = context
  const schema = await readSchema(root, app)
  const { keys, faults } = await inspectServiceConfig({ schema, name: app, root, prefix, environment })
  if (faults.length > 0) throw configErrors.CONFIG_SERVICE_INVALID({ name: app, faults })
  const { host, port, 'tls.cert': cert } = Object.fromEntries(keys.map(({ key, value }) => [key, value]))
  return {
    app,
    nodes,
    host: await findAddress(app, typeof host === 'string' ? host : '127.0.0.1'),
    port: typeof port === 'number' ? port : 0,
    scheme: cert === undefined ? 'http' : 'https',
    env: variablesOf(keys, environment),
  }
}

/** A launcher binds numbers: a name could mean another address at every look. */
async function findAddress(app: string, host: string): Promise<string> {
  if (isIP(host) !== 0) return host
  try {
    const { address } = await lookup(host, { order: 'ipv4first' })
    return address
  } catch (cause) {
    throw errors.CLI_HOST_UNKNOWN({ app, host, reason: (cause as Error).message }, { cause })
  }
}

/** The variables that a service's configuration has taken a value from, and no other. */
function variablesOf(keys: readonly InspectedKey[], environment: Context['env']): Readonly<Record<string, string>> {
  const entries = keys.flatMap(({ origin }) => {
    const value = origin?.kind === 'variable' ? environment[origin.variable] : undefined
    return origin?.kind === 'variable' && value !== undefined ? [[origin.variable, value] as const] : []
  })
  return Object.fromEntries(entries)
}
