import { join } from 'node:path'
import { isMochiError } from '@mochi/errors'
import type { Flavor } from '@mochi/names'
import { describeSchema } from '../describe-schema.ts'
import { errors } from '../errors.ts'
import { readText } from '../read-text.ts'
import { isDataFolder, readDataFolders } from './data-folder.ts'
import { createGiven, readDefaults } from './given.ts'
import type { Given } from './given.ts'
import { laptop, readHost } from './host.ts'
import type { Host } from './host.ts'
import { flattenKeys, readKeys } from './keys.ts'
import type { ConfigSchema, Key, ObjectKey } from './keys.ts'
import { findMergedFaults, merge } from './merge.ts'
import type { Origin } from './origin.ts'
import { readDocument } from './read-document.ts'
import type { ReadSource } from './read-document.ts'
import { readSecrets, secretFileOf } from './read-secrets.ts'
import type { SecretPlaces } from './read-secrets.ts'
import { readVariables } from './read-variables.ts'
import type { Environment } from './read-variables.ts'
import { secretCommand } from './secret-file.ts'
import type { ServiceFault } from './service-fault.ts'

export type ServiceSources<Value> = {
  /** What can be told; `Secret()` marks secrets. */
  schema: ConfigSchema<Value>
  /** The app's name. */
  name: string
  /** The checkout, whose mochi.json may name the service; on a server there is none. */
  root?: string | undefined
  /** The toolchain's prefix: `etc/services`, `etc/secrets`, `etc/host.json`. */
  prefix?: string | undefined
  /** `<NAME>_*`, and systemd's `CREDENTIALS_DIRECTORY`. */
  environment: Environment
  /** In place of the host's. */
  flavor?: Flavor | undefined
  /**
   * `make`, for what starts the service: on a laptop secrets of `localdev: 'made'` are written where they are missing.
   * Default `read`: they are then left out.
   */
  secrets?: 'read' | 'make' | undefined
  /** Who may own secrets, beside root. Default: who runs this process. */
  uid?: number | undefined
}

export type ServiceConfig<Value> = {
  value: Value
  /** Of every value, by the path of its key: `tls.cert`. */
  origins: Readonly<Record<string, Origin>>
  host: Host
}

/** One key, as `mochi config show` prints it; `value` is absent for secrets. */
export type InspectedKey = {
  key: string
  value?: unknown
  origin: Origin | undefined
  /** For secrets alone. `later`: it is made at the first start. `none`: it is not there and need not be. */
  secret?: 'set' | 'missing' | 'later' | 'none'
  /** It is the folder of the service's data. */
  isDataFolder?: boolean
}

export type Inspection = { keys: readonly InspectedKey[]; faults: readonly ServiceFault[]; host: Host; flavor: Flavor }

/**
 * What a service is told: the default of its schema, `services.<name>` in the checkout's mochi.json,
 * `<prefix>/etc/services/<name>.json`, the variables `<NAME>_<KEY>`, the later before the earlier, and secrets from their
 * files. CONFIG_SERVICE_INVALID with every fault of every source, the host's file included; CONFIG_SCHEMA_UNUSABLE.
 */
export async function loadServiceConfig<Value>(sources: ServiceSources<Value>): Promise<ServiceConfig<Value>> {
  const { value, origins, host, faults } = await gather(sources)
  if (faults.length > 0) throw errors.CONFIG_SERVICE_INVALID({ name: sources.name, faults })
  return { value: value as Value, origins, host }
}

/** The same for who wants to see it: every key with value and origin, whatever is wrong, and no secret. */
export async function inspectServiceConfig(sources: ServiceSources<unknown>): Promise<Inspection> {
  const { root, value, origins, host, flavor, faults } = await gather(sources)
  const keys = flattenKeys(root).filter(({ kind }) => kind !== 'object')
  const shown = keys.map((key): InspectedKey => {
    const origin = origins[key.path]
    if (key.kind !== 'secret') {
      const mark = isDataFolder(key.part) ? { isDataFolder: true } : {}
      return { key: key.path, value: valueAt(value, key.path), origin, ...mark }
    }
    const absent = key.isMade && flavor === 'localdev' ? 'later' : key.isRequired ? 'missing' : 'none'
    return { key: key.path, origin, secret: origin === undefined ? absent : 'set' }
  })
  return { keys: shown, faults, host, flavor }
}

/**
 * The configuration out of what is handed in alone, for tests: defaults, variables, and secrets by the paths of their keys.
 * CONFIG_SERVICE_INVALID with every fault.
 */
export function parseServiceConfig<Value>(options: {
  schema: ConfigSchema<Value>
  name: string
  environment: Environment
  secrets?: Readonly<Record<string, string>> | undefined
}): Value {
  const { schema, name, environment, secrets = {} } = options
  const root = readKeys(name, schema)
  const places: SecretPlaces = { folder: undefined, credentials: undefined, uid: 0 }
  const variables = readVariables(root, { environment, secretFile: (path) => secretFileOf(places, path) })
  const given = createGiven()
  for (const [path, value] of Object.entries(secrets)) given.values.set(path, { value, origin: { kind: 'given' } })
  const merged = merge(root, [readDefaults(root), variables.given, given])
  const missing = merged.missing.map((key) => missingFault(key, { places, documents: [] }))
  const faults = [...variables.faults, ...missing]
  const all = faults.length > 0 ? faults : findMergedFaults(root, merged)
  if (all.length > 0) throw errors.CONFIG_SERVICE_INVALID({ name, faults: all })
  return merged.value as Value
}

type Gathered = Omit<ServiceConfig<unknown>, 'host'> &
  Omit<Inspection, 'keys'> & {
    root: ObjectKey
  }

async function gather(sources: ServiceSources<unknown>): Promise<Gathered> {
  const root = readKeys(sources.name, sources.schema)
  const places = secretPlaces(sources)
  const { host, faults: hostFaults } = await readHostFaults(sources.prefix)
  // Of a host that does not say what it is, nothing is taken for granted that holds for laptops only.
  const flavor = sources.flavor ?? (hostFaults.length === 0 ? host.flavor : 'prod')
  const isLaptop = flavor === 'localdev'
  const documents = documentsOf(sources)
  const secretFile = (path: string) => secretFileOf(places, path)
  const read = await Promise.all(documents.map((document) => readSource(root, { ...document, secretFile })))
  const variables = readVariables(root, { environment: sources.environment, secretFile })
  const secrets = await readSecrets(root, places, isLaptop && sources.secrets === 'make')
  const defaults = [readDefaults(root), readDataFolders(root, sources)]
  const given: Given[] = [...defaults, ...read.map((source) => source.given), variables.given, secrets.given]
  const merged = merge(root, given)
  const told = [...hostFaults, ...read.flatMap((source) => source.faults), ...variables.faults, ...secrets.faults]
  const spoken = new Set(told.flatMap((fault) => ('key' in fault ? [fault.key] : [])))
  const isDamaged = read.some((source) => source.isDamaged)
  const missing = merged.missing
    .filter((key) => !spoken.has(key.path) && !(key.kind === 'secret' ? key.isMade && isLaptop : isDamaged))
    .map((key) => missingFault(key, { places, documents }))
  const faults = [...told, ...missing]
  const isWhole = faults.length === 0 && merged.missing.length === 0
  return { root, ...merged, host, flavor, faults: isWhole ? findMergedFaults(root, merged) : faults }
}

type Document = { file: string; path: string; at: readonly string[] }

/** In the order of their rank: the later wins. */
function documentsOf({ root, prefix, name }: ServiceSources<unknown>): Document[] {
  const own = prefix === undefined ? [] : [join(prefix, 'etc/services', `${name}.json`)]
  return [
    ...(root === undefined ? [] : [{ file: 'mochi.json', path: join(root, 'mochi.json'), at: ['services', name] }]),
    ...own.map((path) => ({ file: path, path, at: [] })),
  ]
}

async function readSource(
  root: ObjectKey,
  { file, path, at, secretFile }: Document & { secretFile: (path: string) => string },
): Promise<ReadSource> {
  try {
    const text = await readText(path)
    if (text === undefined) return { given: createGiven(), faults: [], isDamaged: false }
    return readDocument(root, { file, text, at, secretFile })
  } catch (error) {
    return { given: createGiven(), faults: [unreadable(file, error)], isDamaged: true }
  }
}

async function readHostFaults(prefix: string | undefined): Promise<{ host: Host; faults: ServiceFault[] }> {
  if (prefix === undefined) return { host: laptop, faults: [] }
  try {
    const read = await readHost(prefix)
    if ('host' in read) return { host: read.host, faults: [] }
    return { host: laptop, faults: read.faults.map((fault) => ({ kind: 'text', file: read.file, fault })) }
  } catch (error) {
    return { host: laptop, faults: [unreadable(join(prefix, 'etc/host.json'), error)] }
  }
}

function unreadable(file: string, error: unknown): ServiceFault {
  if (!isMochiError(error)) throw error
  return { kind: 'unreadable', file, reason: String(error.facts['reason']) }
}

function secretPlaces({ prefix, name, environment, uid }: ServiceSources<unknown>): SecretPlaces {
  return {
    folder: prefix === undefined ? undefined : join(prefix, 'etc/secrets', name),
    credentials: environment['CREDENTIALS_DIRECTORY'],
    uid: uid ?? process.getuid?.() ?? 0,
  }
}

function missingFault(
  key: Key,
  { places, documents }: { places: SecretPlaces; documents: readonly Document[] },
): ServiceFault {
  const { description } = key.part as { description?: string }
  const why = description === undefined ? '' : ` (${description.replace(/\.$/, '')})`
  if (key.kind === 'secret') {
    const file = secretFileOf(places, key.path)
    const command = places.folder === undefined ? undefined : secretCommand(file)
    const expected = `a file with the secret${why}`
    return { kind: 'secret', file, key: key.path, expected, found: 'no such file', command }
  }
  const files = documents.map(({ file, at }) => (at.length === 0 ? file : `${file} (${at.join('.')})`))
  const expected = `${describeSchema(key.part)}${why}`
  return { kind: 'missing', key: key.path, expected, places: [key.variable, ...files.toReversed()] }
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, key) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? at[key as keyof typeof at] : undefined,
      value,
    )
}
