import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { collect } from './collect.ts'
import { refusal } from './refusal.ts'
import type { Refusal } from './refusal.ts'

const unpack = promisify(gunzip)

export type BodyRules = {
  /** Of what the limit is said to be. */
  readonly what: string
  /** Bytes at most, also when it is unpacked. */
  readonly limit: number
  /** Whether it may come as gzip. */
  readonly takesGzip?: boolean
}

/**
 * The body of a request, which is JSON. What is refused is read on and thrown away, so that a client that hears nothing before it has
 * sent everything learns why.
 */
export async function receiveJson(
  request: IncomingMessage,
  { what, limit, takesGzip = false }: BodyRules,
): Promise<{ value: unknown } | Refusal> {
  const { 'content-encoding': encoding = 'identity', 'content-length': length = '0' } = request.headers
  const isPacked = takesGzip && encoding === 'gzip'
  if (encoding !== 'identity' && !isPacked) {
    request.resume()
    const taken = takesGzip ? 'as gzip or as it is' : 'as it is, without compression'
    return refusal(415, 'REGISTRY_BODY_ENCODED', `a body is taken ${taken}`)
  }
  const tooLarge = refusal(413, 'REGISTRY_BODY_TOO_LARGE', `${what} is at most ${limit} bytes`)
  if (Number(length) > limit) {
    request.resume()
    return tooLarge
  }
  const bytes = await collect(request, limit)
  if (bytes === undefined) return tooLarge
  try {
    const plain = isPacked ? await unpack(bytes, { maxOutputLength: limit }) : bytes
    return { value: JSON.parse(plain.toString('utf8')) as unknown }
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge
    return refusal(400, 'REGISTRY_BODY_NO_JSON', 'the body is no JSON')
  }
}
