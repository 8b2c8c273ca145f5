import type { IncomingMessage, ServerResponse } from 'node:http'
import { encodingOf, formOf, hasNow, typeOf } from './wanted.ts'
import type { Made } from './packuments.ts'

/** Sends it, or says that the client has it already. */
export function sendPackument(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  { packument, age }: Made,
): void {
  const { body, etag } = packument
  const common = { etag, vary: 'accept, accept-encoding', 'cache-control': 'no-cache', ...ageHeaders(age) }
  if (hasNow(headers['if-none-match'], etag)) {
    response.writeHead(304, common)
    response.end()
    return
  }
  const encoding = encodingOf(headers)
  response.writeHead(200, {
    'content-type': typeOf(formOf(headers)),
    'content-length': body.length,
    ...(encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    ...common,
  })
  response.end(method === 'HEAD' ? undefined : body)
}

/** Says, in seconds, how old something is that upstream could not be asked about. RFC 9111, 5.1. */
export function ageHeaders(age: number | undefined): Record<string, string> {
  return age === undefined ? {} : { age: String(age), 'x-mochi-uplink': 'away' }
}
