import { randomUUID } from 'node:crypto'
import { isLoopbackName } from '@mochi/names'
import { EnvHttpProxyAgent } from 'undici'
import { errors } from '../errors.ts'
import { createUplink } from './uplink.ts'
import type { Uplink, UplinkLimits } from './uplink.ts'
import { withoutOwn } from './without-own.ts'

export type ConnectOptions = {
  readonly address: string
  readonly redirects: readonly string[]
  readonly authorization?: string | undefined
  /** Whether that may go in clear to another machine. */
  readonly insecure?: boolean
  /** Where this registry itself listens: that it is not asked. */
  readonly own: readonly string[]
  /** Of the company: what is in them is never asked of anybody else. */
  readonly scopes: readonly string[]
  readonly limits?: Partial<UplinkLimits>
}

/** Milliseconds for a connection, until an answer begins, and between two pieces of it. */
const CONNECT = 5_000
const HEADERS = 15_000
const BETWEEN = 15_000

/** Who this process is, for an upstream that turns out to be itself. */
export const instance = randomUUID()

/**
 * The uplink through the company's proxy, as `https_proxy`, `http_proxy` and `no_proxy` name it. What CAs it trusts is node's matter (`NODE_EXTRA_CA_CERTS`,
 * `NODE_USE_SYSTEM_CA`). Throws REGISTRY_UPLINK_INVALID.
 */
export function connectUplink({
  address,
  redirects,
  authorization,
  insecure = false,
  own,
  scopes,
  limits = {},
}: ConnectOptions): Uplink & { close(): Promise<void> } {
  const url = new URL(address)
  if (own.includes(url.host))
    throw errors.REGISTRY_UPLINK_INVALID({ found: address, reason: 'is this registry itself' })
  if (authorization !== undefined && !insecure && url.protocol === 'http:' && !isLoopbackName(url.hostname))
    throw errors.REGISTRY_UPLINK_INVALID({ found: address, reason: 'would be sent uplinkAuthorization in clear' })
  const dispatcher = createDispatcher()
  const uplink = createUplink({
    address: address.replace(/\/+$/, ''),
    ...{ redirects, authorization, dispatcher, instance, limits },
  })
  return { ...withoutOwn(uplink, scopes), close: () => dispatcher.close() }
}

/** Through the company's proxy. */
export function createDispatcher(): EnvHttpProxyAgent {
  return new EnvHttpProxyAgent({
    connect: { timeout: CONNECT },
    headersTimeout: HEADERS,
    bodyTimeout: BETWEEN,
    connections: 32,
  })
}
