import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Check } from 'typebox/value'
import type { Registry } from './api.ts'
import { errors } from './errors.ts'

/** Only what we rely on is checked: a registry holds documents of fifteen years, some of strange shape. */
const manifest = Type.Object({
  dist: Type.Optional(Type.Object({ integrity: Type.Optional(Type.String()) })),
  deprecated: Type.Optional(Type.Unknown()),
  optionalDependencies: Type.Optional(Type.Unknown()),
  os: Type.Optional(Type.Unknown()),
  cpu: Type.Optional(Type.Unknown()),
  libc: Type.Optional(Type.Unknown()),
})

const packument = Type.Object({
  versions: Type.Record(Type.String(), manifest),
  time: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})

/** What we read of one published version. */
export type Manifest = Static<typeof manifest>

/** What we read of a package's document: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
export type Packument = Static<typeof packument>

export type RegistryClient = { registry: Registry; fetch: typeof fetch }

/** An answer that does not come within this time is none. */
const DEADLINE_MS = 60_000

/**
 * A package's whole document: the short form has no times of publication.
 * Errors: TOOLCHAIN_PACKAGE_UNKNOWN, TOOLCHAIN_REGISTRY_UNREACHABLE.
 */
export async function fetchPackument(client: RegistryClient, name: string): Promise<Packument> {
  const body = await ask(client, name.replace('/', '%2f'))
  if (body === undefined) throw errors.TOOLCHAIN_PACKAGE_UNKNOWN({ package: name, registry: client.registry.address })
  if (!Check(packument, body)) throw unreachable(client, 'a document that is no packument')
  return body
}

/** What one version says of itself, or undefined when it is not published. Error: TOOLCHAIN_REGISTRY_UNREACHABLE. */
export async function fetchManifest(
  client: RegistryClient,
  name: string,
  version: string,
): Promise<Manifest | undefined> {
  const body = await ask(client, `${name.replace('/', '%2f')}/${version}`)
  if (body !== undefined && !Check(manifest, body)) throw unreachable(client, 'a document that is no manifest')
  return body
}

/** The document at a path, or undefined for 404. */
async function ask({ registry, fetch }: RegistryClient, path: string): Promise<unknown> {
  const address = `${registry.address}/${path}`
  try {
    const answer = await fetch(address, { headers: headersFor(registry), signal: AbortSignal.timeout(DEADLINE_MS) })
    if (answer.ok) return await answer.json()
    await answer.body?.cancel()
    if (answer.status === 404) return undefined
    throw new Error(`status ${answer.status}`)
  } catch (cause) {
    throw errors.TOOLCHAIN_REGISTRY_UNREACHABLE({ address, reason: reasonOf(cause) }, { cause })
  }
}

/** What every request to the registry carries. */
export function headersFor(registry: Registry): Record<string, string> {
  return {
    accept: 'application/json, */*;q=0.5',
    ...(registry.authorization === undefined ? {} : { authorization: registry.authorization }),
  }
}

/** `fetch failed` alone says nothing: the cause has the words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `${error.message}${cause}`
}

function unreachable({ registry }: RegistryClient, reason: string): Error {
  return errors.TOOLCHAIN_REGISTRY_UNREACHABLE({ address: registry.address, reason })
}
