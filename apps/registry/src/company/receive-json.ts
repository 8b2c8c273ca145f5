import type { IncomingMessage } from 'node:http'
import { collect } from '../collect.ts'
import { refusal } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'

/**
 * The body of a request, which is JSON of at most `limit` bytes. What is refused is read on and thrown away, so that a client that
 * hears nothing before it has sent everything learns why.
 */
export async function receiveJson(request: IncomingMessage, limit: number): Promise<{ value: unknown } | Refusal> {
  const tooLarge = refusal(
    413,
    'REGISTRY_BODY_TOO_LARGE',
    `a publish is at most ${limit} bytes, tarball in base64 included`,
  )
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    request.resume()
    return refusal(415, 'REGISTRY_BODY_ENCODED', 'a body is taken as it is, without compression')
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    request.resume()
    return tooLarge
  }
  const bytes = await collect(request, limit)
  if (bytes === undefined) return tooLarge
  try {
    return { value: JSON.parse(bytes.toString('utf8')) as unknown }
  } catch {
    return refusal(400, 'REGISTRY_BODY_NO_JSON', 'the body is no JSON')
  }
}
