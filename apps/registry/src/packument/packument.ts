import { valid } from 'semver'
import { errors } from '../errors.ts'
import { quote } from '../quote.ts'
import { emptyRecord } from './record.ts'

/**
 * A packument as registries give it, parsed. What is not named here is kept as it is and was not looked at. `versions`,
 * `dist-tags` and `time` have no prototype: what is not in them is undefined, `constructor` too.
 */
export type Packument = {
  name: string
  versions: Record<string, Manifest>
  /** A tag may name a version that `versions` does not have. */
  'dist-tags': Record<string, string>
  /** When each version was published, as the registry wrote it, `created` and `modified` beside them. */
  time?: Record<string, string>
  [key: string]: unknown
}

export type Manifest = {
  name: string
  version: string
  dist: Dist
  deprecated?: unknown
  hasInstallScript?: unknown
  [key: string]: unknown
}

export type Dist = {
  tarball: string
  shasum?: string
  integrity?: string
  fileCount?: unknown
  unpackedSize?: unknown
  signatures?: unknown
  attestations?: unknown
  [key: string]: unknown
}

/** A version that was left out of a packument, and what is wrong with it. */
export type BrokenVersion = { version: string; reason: string }

export type ParsedPackument = { packument: Packument; broken: BrokenVersion[] }

type Json = Record<string, unknown>

/** The largest packuments there are have some 30,000. */
const MOST_VERSIONS = 50_000
/** JSON is parsed however deep it is, and written by recursion. */
const DEEPEST = 64

/**
 * The packument of the package `name` in a text that nobody has checked. Versions that are broken one by one are left out
 * and listed. A package whose versions were all removed has a packument without any.
 *
 * Throws REGISTRY_PACKUMENT_INVALID: no JSON, no object, another package's, without versions, too many of them, keys that
 * would change a prototype, too deep.
 */
export function parsePackument(name: string, text: string): ParsedPackument {
  const document = parseDocument(name, text)
  const { versions, broken } = parseVersions(name, versionsOf(name, document))
  const packument: Packument = { ...document, name, versions, 'dist-tags': textsOf(document['dist-tags']) }
  if (document['time'] !== undefined) packument.time = textsOf(document['time'])
  return { packument, broken }
}

function parseDocument(name: string, text: string): Json {
  const document = parseJson(name, text)
  if (!isObject(document)) throw invalid(name, 'is no object')
  if (document['name'] !== name) throw invalid(name, `names ${describe(document['name'])}`)
  if (isHostile({ ...document, versions: undefined })) throw invalid(name, HOSTILE)
  return document
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid(name, 'is no JSON', cause)
  }
}

function versionsOf(name: string, { versions, time }: Json): Json {
  if (versions === undefined && isObject(time) && isObject(time['unpublished'])) return {}
  if (!isObject(versions)) throw invalid(name, 'has no versions')
  if (Object.hasOwn(versions, '__proto__')) throw invalid(name, HOSTILE)
  const count = Object.keys(versions).length
  if (count > MOST_VERSIONS) throw invalid(name, `has ${count} versions, more than ${MOST_VERSIONS}`)
  return versions
}

function parseVersions(name: string, given: Json): { versions: Record<string, Manifest>; broken: BrokenVersion[] } {
  const versions = emptyRecord<Manifest>()
  const broken: BrokenVersion[] = []
  for (const [version, manifest] of Object.entries(given)) {
    const reason = faultOf({ name, version, manifest })
    if (reason === undefined) versions[version] = manifest as Manifest
    else broken.push({ version, reason })
  }
  return { versions, broken }
}

/** Why a manifest is not one of this version: all that the type promises is looked at here. */
function faultOf({
  name,
  version,
  manifest,
}: {
  name: string
  version: string
  manifest: unknown
}): string | undefined {
  if (valid(version) !== version) return 'is no version number'
  if (!isObject(manifest)) return 'is no object'
  if (manifest['name'] !== name) return `names the package ${describe(manifest['name'])}`
  if (manifest['version'] !== version) return `names the version ${describe(manifest['version'])}`
  const dist = manifest['dist']
  if (!isObject(dist)) return 'has no dist'
  if (typeof dist['tarball'] !== 'string' || dist['tarball'] === '') return 'has no dist.tarball'
  if (!isTextOrAbsent(dist['integrity'])) return 'has a dist.integrity that is no text'
  if (!isTextOrAbsent(dist['shasum'])) return 'has a dist.shasum that is no text'
  if (isHostile(manifest)) return HOSTILE
  return undefined
}

const HOSTILE = `has a key __proto__ or is nested more than ${DEEPEST} deep`

/** True where a key would change a prototype once it is assigned, or where writing the value could exhaust the stack. */
function isHostile(value: object, depth = 0): boolean {
  if (depth > DEEPEST) return true
  for (const key in value) {
    if (key === '__proto__') return true
    const item: unknown = value[key as keyof typeof value]
    if (typeof item === 'object' && item !== null && isHostile(item, depth + 1)) return true
  }
  return false
}

/** The entries of an object that are texts: `time` of a package without versions has others. */
function textsOf(value: unknown): Record<string, string> {
  const texts = emptyRecord<string>()
  if (!isObject(value)) return texts
  for (const [key, text] of Object.entries(value)) if (typeof text === 'string') texts[key] = text
  return texts
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function describe(value: unknown): string {
  return typeof value === 'string' ? quote(value) : 'nothing'
}

function invalid(name: string, reason: string, cause?: unknown): Error {
  return errors.REGISTRY_PACKUMENT_INVALID({ name, reason }, { cause })
}
