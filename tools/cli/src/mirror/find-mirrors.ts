import { MIRROR_PATH } from '@mochi/mirror'
import type { MirrorStatus } from '@mochi/mirror'
import type { Context } from '../context.ts'
import { findUpPlace } from '../up/place.ts'
import { readServices } from '../up/read-services.ts'
import { errors } from './errors.ts'

/** A running service that mirrors something. */
export type MirrorService = {
  readonly name: string
  readonly url: string
  readonly status: MirrorStatus
}

/** Milliseconds. */
const DEADLINE = 10_000

/** The running services that mirror something, each with how it stands. Throws CLI_MIRROR_NONE and CLI_MIRROR_AWAY. */
export async function findMirrors(context: Context, instance?: string): Promise<readonly MirrorService[]> {
  const services = await readServices(context, findUpPlace(context, instance))
  const asked = services.flatMap(({ name, url }) => (url === undefined ? [] : [findMirror(name, url)]))
  const found = (await Promise.all(asked)).filter((service) => service !== undefined)
  if (found.length === 0) throw errors.CLI_MIRROR_NONE({ instance, running: services.map(({ name }) => name) })
  return found
}

async function findMirror(name: string, url: string): Promise<MirrorService | undefined> {
  const response = await askService(url, '', { method: 'GET' })
  if (response.status !== 200) {
    await response.body?.cancel()
    return undefined
  }
  const status = (await response.json().catch(() => undefined)) as MirrorStatus | undefined
  return Array.isArray(status?.sources) ? { name, url, status } : undefined
}

export type Asking = {
  readonly method: 'GET' | 'POST'
  readonly query?: URLSearchParams
  readonly signal?: AbortSignal
}

/** Asks a service about its mirrors; `tail` begins with a slash. Throws CLI_MIRROR_AWAY. */
export async function askService(url: string, tail: string, { method, query, signal }: Asking): Promise<Response> {
  const address = new URL(`${MIRROR_PATH}${tail}`, url)
  address.search = query?.toString() ?? ''
  try {
    return await fetch(address, { method, redirect: 'error', signal: signal ?? AbortSignal.timeout(DEADLINE) })
  } catch (cause) {
    throw errors.CLI_MIRROR_AWAY({ url, reason: reasonOf(cause) }, { cause })
  }
}

/** The same for a document. Throws CLI_MIRROR_REFUSED too. */
export async function askDocument(url: string, tail: string, asking: Asking): Promise<unknown> {
  const response = await askService(url, tail, { signal: AbortSignal.timeout(60_000), ...asking })
  const document: unknown = await response.json().catch(() => undefined)
  if (response.status === 200 && document !== undefined) return document
  throw refused(url, response.status, document)
}

export function refused(url: string, status: number, document: unknown): Error {
  const { code = 'without a code', error = 'nothing more' } = (document ?? {}) as { code?: string; error?: string }
  return errors.CLI_MIRROR_REFUSED({ url, status, code, error })
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
