import type { IncomingMessage } from 'node:http'
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
  const text = await collect(request, limit)
  if (text === undefined) return tooLarge
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return refusal(400, 'REGISTRY_BODY_NO_JSON', 'the body is no JSON')
  }
}

async function collect(request: IncomingMessage, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
    else chunks.length = 0
  }
  return length > limit ? undefined : Buffer.concat(chunks).toString('utf8')
}
