import { redact } from '@mochi/errors'
import type { Registry } from '@mochi/toolchain'
import { findRegistry } from '@mochi/toolchain/registry'
import type { Context } from '../context.ts'
import { errors as registryErrors } from '../registry/errors.ts'
import { findPresence, isSameRegistry } from '../registry/own-registry.ts'
import { errors } from './errors.ts'
import type { Published } from './plan-release.ts'

/** The registry that is published to. */
export type Target = {
  readonly url: string
  /** What it has of these packages. Throws CLI_RELEASE_REGISTRY and CLI_RELEASE_TOKEN. */
  ask(names: readonly string[]): Promise<ReadonlyMap<string, Published>>
}

/** Milliseconds for one answer. */
const DEADLINE = 30_000

/**
 * The registry of this platform, which has to answer, or the one that was named; its token comes from npm's configuration. Throws
 * CLI_REGISTRY_AWAY, CLI_REGISTRY_OTHER and TOOLCHAIN_TOKEN_IN_CLEAR.
 */
export async function findTarget(
  { root, home, env }: Pick<Context, 'root' | 'home' | 'env'>,
  named: string | undefined,
  own: string,
): Promise<Target> {
  const wanted = named ?? own
  if (isSameRegistry(wanted, own)) await demandOwn(own)
  const environment = { ...env, MOCHI_REGISTRY: wanted }
  const registry = await findRegistry({ root, home, environment, askNpm: () => Promise.resolve(undefined) })
  return {
    url: registry.address,
    ask: async (names) => {
      const asked = names.map(async (name) => [name, await askOne(registry, name)] as const)
      return new Map(await Promise.all(asked))
    },
  }
}

async function demandOwn(url: string): Promise<void> {
  const presence = await findPresence(url)
  if (presence.is === 'away') throw registryErrors.CLI_REGISTRY_AWAY({ url, reason: presence.reason })
  if (presence.is === 'other') throw registryErrors.CLI_REGISTRY_OTHER({ url })
}

type Packument = { readonly versions?: Readonly<Record<string, { readonly dist?: { readonly integrity?: string } }>> }

async function askOne({ address: url, authorization }: Registry, name: string): Promise<Published> {
  const { status, text } = await get(url, name, authorization)
  if (status === 404) return new Map()
  if (status === 401 || status === 403)
    throw errors.CLI_RELEASE_TOKEN({ url, reason: `${status} ${text.slice(0, 200)}` })
  const packument = status === 200 ? parse(text) : undefined
  if (packument === undefined) {
    throw errors.CLI_RELEASE_REGISTRY({ url, reason: `${status} for ${name}: ${redact(text.slice(0, 200))}` })
  }
  const versions = Object.entries(packument.versions ?? {})
  return new Map(versions.map(([version, { dist }]) => [version, dist?.integrity ?? 'none']))
}

async function get(url: string, name: string, authorization: string | undefined) {
  const headers = { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) }
  try {
    const signal = AbortSignal.timeout(DEADLINE)
    const response = await fetch(`${url}/${name.replace('/', '%2f')}`, { headers, signal })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    const { message, cause } = error as Error
    const reason = cause instanceof Error ? cause.message : message
    throw errors.CLI_RELEASE_REGISTRY({ url, reason }, { cause: error })
  }
}

function parse(text: string): Packument | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
