import type { IncomingHttpHeaders } from 'node:http'

/** What a body is said to be, in brackets, where that is not what is expected. */
export function typeOf(headers: IncomingHttpHeaders): string {
  const type = /^[a-z]+\/[a-z.+-]+/.exec(headers['content-type'] ?? '')?.[0]
  return type === undefined || type === 'application/octet-stream' ? '' : ` (${type})`
}

export function lengthOf({ 'content-length': length = '' }: IncomingHttpHeaders): number | undefined {
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

/** The SHA-256 of RFC 9530's field, which may hold other digests as well. */
export function digestOf(headers: IncomingHttpHeaders): string | undefined {
  return /(?:^|,\s*)sha-256=:([A-Za-z0-9+/]{43}=):/.exec(textOf(headers, 'content-digest') ?? '')?.[1]
}

export function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
