import { findAllErrors } from '@mochi/config/all-errors'
import { localdevPort } from '@mochi/names'
import { Type } from 'typebox'
import type { Static, TObject, TProperties, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { errors } from './errors.ts'

/** What every service can be told: where it listens. */
export type ServiceAddress = { host: string; port: number }

/** Where values come from: the environment of the process, handed in by the app's `main.ts`. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The schema of a service's configuration. Its title is the service's name. The type of the configuration stands beside
 * it, in a property that no schema has: a compiler that had to work it out of the schema, wherever one is handed on, would
 * spend seconds on it in every project.
 */
export type ServiceSchema<Config extends ServiceAddress = ServiceAddress> = TSchema & {
  readonly title: string
  readonly properties: TProperties
  readonly [configType]?: Config
}

declare const configType: unique symbol

/** The configuration that a schema describes: `type Config = ConfigOf<typeof configSchema>`. */
export type ConfigOf<Schema extends ServiceSchema> = NonNullable<Schema[typeof configType]>

/** The values of a service's own, as its routes see them. */
type Values<Own extends TProperties> = Static<TObject<Own>>

/**
 * The schema of what the service can be told: its own values, each with a default, and beside them `host` (default
 * 127.0.0.1: reachable from this machine alone) and `port` (default: the name's port on a laptop).
 */
export function serviceConfig<Own extends TProperties>(
  name: string,
  own: Own,
): ServiceSchema<Values<Own> & ServiceAddress> {
  const address: TProperties = {
    host: Type.String({ default: '127.0.0.1', minLength: 1, description: 'The address it listens on' }),
    port: Type.Integer({ default: localdevPort(name), minimum: 0, maximum: 65_535, description: '0: any free port' }),
  }
  const properties: TProperties = { ...address, ...own }
  return Object.assign(Type.Object(properties, { additionalProperties: false }), { title: name })
}

/**
 * The configuration: the schema's defaults, over them the variables `<NAME>_<KEY>`, as in `USER_PROFILE_PORT` for `port`
 * of `user-profile`. A variable that names no key is left to others. Throws SERVICE_CONFIG_INVALID with every fault.
 */
export function readConfig<Config extends ServiceAddress>(
  schema: ServiceSchema<Config>,
  environment: Environment,
): Config {
  const name = schema.title
  const given = Object.keys(schema.properties).flatMap((key) => {
    const text = environment[variableName(name, key)]
    return text === undefined ? [] : [[key, text] as const]
  })
  const known: TSchema = schema
  const value = Value.Default(known, Value.Convert(known, Object.fromEntries(given)))
  if (Value.Check(known, value)) return value as Config
  const faults = findAllErrors(known, value).map(({ instancePath, message }) => ({
    key: instancePath.split('/')[1],
    message,
  }))
  throw errors.SERVICE_CONFIG_INVALID({
    name,
    faults: [...new Set(faults.map(({ key, message }) => faultText(name, key, message)))],
    variables: [...new Set(faults.flatMap(({ key }) => (key === undefined ? [] : [variableName(name, key)])))],
  })
}

/** The environment variable of a key: `variableName('user-profile', 'maxItems')` is `USER_PROFILE_MAX_ITEMS`. */
export function variableName(name: string, key: string): string {
  const words = `${name}-${key.replace(/([a-z0-9])([A-Z])/g, '$1-$2')}`
  return words.replaceAll('-', '_').toUpperCase()
}

/** Says which variable is wrong and how; its value is not repeated, because it may be a secret. */
function faultText(name: string, key: string | undefined, message: string): string {
  return key === undefined ? message : `${variableName(name, key)}: ${message}`
}
