import type { IncomingMessage, ServerResponse } from 'node:http'
import { encodingOf, formOf, hasNow, typeOf } from './wanted.ts'
import type { HotPackument } from './hot-packuments.ts'

/** Sends it, or says that the client has it already. `age` are the headers that say how old it is. */
export function sendPackument(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  { packument, age }: { packument: HotPackument; age: Readonly<Record<string, string>> },
): void {
  const { body, etag } = packument
  const common = { etag, vary: 'accept, accept-encoding', 'cache-control': 'no-cache', ...age }
  if (hasNow(headers['if-none-match'], etag)) {
    response.writeHead(304, common)
    response.end()
    return
  }
  const encoding = encodingOf(headers)
  // The length of what is not gzip is not known to a HEAD, and need not be said (RFC 9110, 9.3.2).
  const isKnown = method !== 'HEAD' || encoding === 'gzip'
  response.writeHead(200, {
    'content-type': typeOf(formOf(headers)),
    ...(isKnown ? { 'content-length': body.length } : {}),
    ...(encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    ...common,
  })
  response.end(method === 'HEAD' ? undefined : body)
}

/** Says, in seconds, how old something is that upstream could not be asked about. RFC 9111, 5.1. */
export function ageHeaders(awaySince: number | undefined, now: number): Record<string, string> {
  if (awaySince === undefined) return {}
  return { age: String(Math.max(0, Math.round((now - awaySince) / 1000))), 'x-mochi-uplink': 'away' }
}
