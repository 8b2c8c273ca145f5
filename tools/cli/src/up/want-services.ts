import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { errors as configErrors, inspectServiceConfig, misspeltVariables, variableName } from '@mochi/config'
import type { InspectedKey } from '@mochi/config'
import { isMochiError } from '@mochi/errors'
import type { MochiError } from '@mochi/errors'
import { findNearest } from '@mochi/names'
import { listServices, readSchema } from '../config/read-schema.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { handUplink } from './hand-uplink.ts'
import { handWorkspace } from './hand-workspace.ts'
import { nodeNames } from './plan-services.ts'
import type { WantedService } from './plan-services.ts'
import { findAsked, readApp } from './read-app.ts'
import type { ServiceFault } from './start-services.ts'

export type Wish = {
  /** The services by name, beside those whose nodes are counted; when there is none, all that do not wait to be asked for. */
  readonly names: readonly string[]
  /** How many of a service, where it is more than one. */
  readonly nodes: ReadonlyMap<string, number>
}

/** A variable that is one slip away from one of a service's, and means nothing to it. */
export type Misspelt = { readonly app: string; readonly found: string; readonly meant: string }

export type Wanted = {
  readonly wanted: readonly WantedService[]
  /** Services that nobody named, and that could not start. */
  readonly refused: readonly ServiceFault[]
  readonly misspelt: readonly Misspelt[]
  /** What keeps a service from doing all that it could, as sentences. */
  readonly warnings: readonly string[]
}

/**
 * What is to run, with the address and the variables that each service's configuration gives. One whose configuration has
 * faults keeps no other from running, unless it was named or there is no other. Throws CLI_UNKNOWN_SERVICE, CLI_NO_SERVICE, CLI_SERVICES_ASKED,
 * CLI_NODE_NAME_TAKEN, CLI_HOST_UNKNOWN, and CONFIG_SERVICE_INVALID with every fault of a service that could not start.
 */
export async function wantServices(context: Context, wish: Wish, command = 'up'): Promise<Wanted> {
  const { names, nodes } = wish
  const services = await listServices(context.root)
  if (services.length === 0) throw errors.CLI_NO_SERVICE({ root: context.root })
  for (const name of [...names, ...nodes.keys()]) {
    if (!services.includes(name))
      throw errors.CLI_UNKNOWN_SERVICE({ name, nearest: findNearest(name, services), command })
  }
  const asked = names.length === 0 ? await findAsked(context.root, services) : new Set(services)
  const apps = services.filter((name) => !asked.has(name) || names.includes(name) || nodes.has(name))
  if (apps.length === 0) throw errors.CLI_SERVICES_ASKED({ names: services })
  for (const app of apps) requireFreeNames(app, nodes.get(app) ?? 1, services)
  const mayRefuse = (app: string): boolean => !names.includes(app) && !nodes.has(app)
  const found = await Promise.all(
    apps.map((app) =>
      want(context, app, nodes.get(app) ?? 1).catch((error: unknown) => {
        if (!mayRefuse(app) || !isMochiError(error)) throw error
        return { app, error }
      }),
    ),
  )
  const wanted = found.filter((one) => 'service' in one)
  const refused = found.filter((one) => 'error' in one)
  if (wanted.length === 0 && refused[0] !== undefined) throw refused[0].error
  return {
    wanted: wanted.map(({ service }) => service),
    refused: refused.map(toFault),
    misspelt: wanted.flatMap(({ misspelt }) => misspelt),
    warnings: wanted.flatMap(({ warnings }) => warnings),
  }
}

function toFault({ app, error: { message, hint } }: { app: string; error: MochiError }): ServiceFault {
  return { name: app, fault: message, next: hint }
}

function requireFreeNames(app: string, nodes: number, services: readonly string[]): void {
  const [, ...others] = nodeNames(app, nodes)
  const taken = others.find((name) => services.includes(name))
  if (taken !== undefined) throw errors.CLI_NODE_NAME_TAKEN({ app, taken })
}

async function want(
  context: Context,
  app: string,
  nodes: number,
): Promise<{ service: WantedService } & Pick<Wanted, 'misspelt' | 'warnings'>> {
  const { root, prefix, env: environment } = context
  const schema = await readSchema(root, app)
  const { keys, faults } = await inspectServiceConfig({ schema, name: app, root, prefix, environment })
  if (faults.length > 0) throw configErrors.CONFIG_SERVICE_INVALID({ name: app, faults })
  const { host, port, 'tls.cert': cert } = Object.fromEntries(keys.map(({ key, value }) => [key, value]))
  const { env, secrets, warnings } = await handUplink(context, app, keys)
  const service = {
    app,
    nodes,
    host: await findAddress(app, typeof host === 'string' ? host : '127.0.0.1'),
    port: typeof port === 'number' ? port : 0,
    scheme: cert === undefined ? ('http' as const) : ('https' as const),
    env: { ...variablesOf(keys, environment), ...handWorkspace(context, app, keys), ...env },
    ...(secrets === undefined ? {} : { secrets }),
    node: (await readApp(root, app)).node,
    ...dataOf(app, keys),
  }
  const misspelt = misspeltVariables({ schema, name: app, environment }).map((one) => ({ app, ...one }))
  return { service, misspelt, warnings }
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

/** The variable that says where a node keeps its data, where nobody has said so. */
function dataOf(app: string, keys: readonly InspectedKey[]): Pick<WantedService, 'data'> {
  const found = keys.find(({ isDataFolder, origin }) => isDataFolder === true && origin?.kind === 'default')
  return found === undefined ? {} : { data: variableName(app, found.key) }
}

/** The variables that a service's configuration has taken a value from, and no other. */
function variablesOf(keys: readonly InspectedKey[], environment: Context['env']): Readonly<Record<string, string>> {
  const entries = keys.flatMap(({ origin }) => {
    const value = origin?.kind === 'variable' ? environment[origin.variable] : undefined
    return origin?.kind === 'variable' && value !== undefined ? [[origin.variable, value] as const] : []
  })
  return Object.fromEntries(entries)
}
