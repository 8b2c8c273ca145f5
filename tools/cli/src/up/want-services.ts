import { errors as configErrors, inspectServiceConfig } from '@mochi/config'
import { findNearest } from '@mochi/names'
import { listServices, readSchema } from '../config/read-schema.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { nodeNames } from './plan-services.ts'
import type { WantedService } from './plan-services.ts'

export type Wish = {
  /** The services by name; all of the checkout when there is none. */
  readonly names: readonly string[]
  /** How many of a service, where it is more than one. */
  readonly nodes: ReadonlyMap<string, number>
}

/**
 * What is to run, with the address that each service's configuration gives. Throws CLI_UNKNOWN_SERVICE, CLI_NO_SERVICE,
 * CLI_NODE_NAME_TAKEN, and CONFIG_SERVICE_INVALID with every fault of a service that could not start.
 */
export async function wantServices(context: Context, { names, nodes }: Wish): Promise<readonly WantedService[]> {
  const services = await listServices(context.root)
  if (services.length === 0) throw errors.CLI_NO_SERVICE({ root: context.root })
  for (const name of [...names, ...nodes.keys()]) {
    if (!services.includes(name)) throw errors.CLI_UNKNOWN_SERVICE({ name, nearest: findNearest(name, services) })
  }
  const wanted = names.length === 0 ? services : services.filter((name) => names.includes(name))
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
  const [host, port] = ['host', 'port'].map((key) => keys.find((each) => each.key === key)?.value)
  const address = { host: typeof host === 'string' ? host : '127.0.0.1', port: typeof port === 'number' ? port : 0 }
  return { app, nodes, ...address }
}
