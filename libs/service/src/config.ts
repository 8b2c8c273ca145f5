import { findCheckout, findPrefix, loadServiceConfig, parseServiceConfig } from '@mochi/config'
import type { ConfigSchema, Environment, ServiceConfig } from '@mochi/config'
import { localdevPort } from '@mochi/names'
import { Type } from 'typebox'
import type { Static, TObject, TProperties } from 'typebox'
import { appName } from './about.ts'
import type { Manifest } from './about.ts'
import { LOG_LEVELS } from './log.ts'
import type { LogLevel } from './log.ts'
import type { TlsFiles } from './tls.ts'

export { CompanyScopes, DataFolder, Secret, variableName } from '@mochi/config'
export type { Environment } from '@mochi/config'

/** Where a service listens. */
export type ServiceAddress = { host: string; port: number }

/** What every service can be told. */
export type ServiceSettings = ServiceAddress & {
  /** Names that it answers to beside loopback and its addresses; `*.example.com` is every name below. */
  hosts: readonly string[]
  logLevel: LogLevel
  tls?: TlsFiles | undefined
}

/**
 * The schema of a service's configuration. Its title is the service's name. The type of the configuration stands beside
 * it, in a property that no schema has: a compiler that had to work it out of the schema, wherever one is handed on, would
 * spend seconds on it in every project.
 */
export type ServiceSchema<Config extends ServiceSettings = ServiceSettings> = ConfigSchema<Config> & {
  readonly title: string
}

/** The configuration that a schema describes: `type Config = ConfigOf<typeof configSchema>`. */
export type ConfigOf<Schema extends ServiceSchema> = Schema extends ConfigSchema<infer Config> ? Config : never

/** The values of a service's own, as its routes see them. */
type Values<Own extends TProperties> = Static<TObject<Own>>

/**
 * The schema of what the service of a package.json (or of a name) can be told: its own values, each with a default, and beside them `host` (default
 * 127.0.0.1: reachable from this machine alone), `port` (default: the name's port on a laptop), `hosts`, `logLevel` and `tls`.
 */
export function serviceConfig<Own extends TProperties>(
  service: string | Manifest,
  own: Own,
): ServiceSchema<Values<Own> & ServiceSettings> {
  const name = appName(typeof service === 'string' ? service : service.name)
  const common: TProperties = {
    host: Type.String({ default: '127.0.0.1', minLength: 1, description: 'The address it listens on' }),
    port: Type.Integer({ default: localdevPort(name), minimum: 0, maximum: 65_535, description: '0: any free port' }),
    hosts: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Names that it answers to beside loopback and its addresses; *.example.com is every name below',
    }),
    logLevel: Type.Enum([...LOG_LEVELS], { default: 'info', description: 'The least that is logged' }),
    tls: Type.Optional(
      Type.Object(
        { cert: Type.String({ minLength: 1 }), key: Type.String({ minLength: 1 }) },
        { additionalProperties: false, description: 'Files in PEM; HUP reads them anew' },
      ),
    ),
  }
  const properties: TProperties = { ...common, ...own }
  return Object.assign(Type.Object(properties, { additionalProperties: false }), { title: name })
}

/**
 * The configuration out of what is handed in alone, for tests: the schema's defaults, over them the variables
 * `<NAME>_<KEY>`, as in `USER_PROFILE_PORT` for `port` of `user-profile`, and secrets by the paths of their keys. Throws
 * CONFIG_SERVICE_INVALID with every fault.
 */
export function readConfig<Config extends ServiceSettings>(
  schema: ServiceSchema<Config>,
  environment: Environment,
  secrets?: Readonly<Record<string, string>>,
): Config {
  return parseServiceConfig({ schema, name: schema.title, environment, secrets })
}

/** What of the process `loadConfig` looks at. Node's own `process` fits. */
export type ConfigProcess = {
  readonly env: Environment
  /** The prefix is the one whose node runs the service. */
  readonly execPath: string
  /** The second is the program, which stands in its checkout or in none. */
  readonly argv: readonly string[]
}

/**
 * The configuration of a service that starts: every source that this process has, as `loadServiceConfig` of @mochi/config
 * orders them, and what the host is. On a laptop secrets that may be made are made. Throws CONFIG_SERVICE_INVALID with
 * every fault, before anything is opened.
 */
export function loadConfig<Config extends ServiceSettings>(
  schema: ServiceSchema<Config>,
  { env, execPath, argv: [, program] }: ConfigProcess,
): Promise<ServiceConfig<Config>> {
  return loadServiceConfig({
    schema,
    name: schema.title,
    root: program === undefined ? undefined : findCheckout(program),
    prefix: findPrefix({ env, execPath, home: env['HOME'] ?? '/' }),
    environment: env,
    secrets: 'make',
  })
}
