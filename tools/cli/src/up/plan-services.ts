import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { defaultPatience } from '@mochi/supervise'
import type { ServiceDirectory } from '@mochi/supervise'

/** A service of the checkout that is to run, and how many of it. */
export type WantedService = {
  readonly app: string
  readonly port: number
  /** A numeric address. */
  readonly host: string
  readonly scheme: 'http' | 'https'
  readonly nodes: number
  /** Flags for Node itself. */
  readonly node?: readonly string[]
  /** What it is told by the variables of whoever starts it. */
  readonly env: Readonly<Record<string, string>>
  /** The variable that says where it keeps its data; none when it keeps none, or was told where. */
  readonly data?: string
  /** Secrets for it alone, by their keys, that whoever starts it has found. */
  readonly secrets?: Readonly<Record<string, string>>
}

/** A service directory with its name. */
export type PlannedService = {
  readonly name: string
  readonly directory: ServiceDirectory
  /** Secrets that stand in a folder of the directory, which `CREDENTIALS_DIRECTORY` names. */
  readonly credentials?: Credentials | undefined
}

export type Credentials = { readonly folder: string; readonly secrets: Readonly<Record<string, string>> }

export type PlanOptions = {
  readonly root: string
  /** The program that runs the sources. */
  readonly node: string
  /** Any free port for each: an instance has ports of its own. */
  readonly freePorts: boolean
  /** The folder below which each node keeps its data, under its own name. */
  readonly var: string
}

/**
 * The service directories of what is wanted: `foo`, and for more nodes `foo-2` and so on, each on any free port, because
 * only the first is looked for at the service's own. Pure.
 */
export function planServices(wanted: readonly WantedService[], options: PlanOptions): readonly PlannedService[] {
  return wanted.flatMap((service) =>
    Array.from({ length: service.nodes }, (_, index) => planService(service, index, options)),
  )
}

/** The names of a service's nodes. */
export function nodeNames(app: string, nodes: number): readonly string[] {
  return Array.from({ length: nodes }, (_, index) => (index === 0 ? app : `${app}-${index + 1}`))
}

function planService(wanted: WantedService, index: number, options: PlanOptions): PlannedService {
  const { app, host, port, scheme, env, data } = wanted
  const { root, node, freePorts } = options
  const name = nodeNames(app, wanted.nodes)[index] ?? app
  const credentials = planCredentials(wanted, join(options.var, 'service', name))
  return {
    name,
    credentials,
    directory: {
      spec: {
        name,
        command: [node, ...(wanted.node ?? []), 'src/main.ts'],
        folder: join(root, 'apps', app),
        sockets: { public: { host, port: freePorts || index > 0 ? 0 : port } },
        scheme,
        ready: 'message',
        patience: defaultPatience,
        limits: {},
      },
      env: {
        ...env,
        ...(data === undefined ? {} : { [data]: join(options.var, name) }),
        ...(credentials === undefined ? {} : { CREDENTIALS_DIRECTORY: credentials.folder }),
      },
      launcher: [node, join(root, 'libs/supervise/src/launcher/main.ts')],
      writer: writerCommand(root, node),
      log: {},
      isDown: false,
    },
  }
}

/**
 * Named after what is in it, so that a service which is to have another secret is told something else than before; and after
 * the variables that go with it: a token is good for one address.
 */
function planCredentials({ secrets, env }: WantedService, directory: string): Credentials | undefined {
  if (secrets === undefined) return undefined
  const digest = createHash('sha256')
    .update(JSON.stringify([secrets, env]))
    .digest('hex')
  return { folder: join(directory, CREDENTIALS, digest.slice(0, 16)), secrets }
}

/** The folder of a service directory with the secrets that it was handed. */
export const CREDENTIALS = 'credentials'

/** The log writer, run in the `log` folder of a service directory. */
export function writerCommand(root: string, node: string): readonly [string, ...string[]] {
  return [node, join(root, 'libs/supervise/src/log/main.ts'), 'main']
}
