import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { collect } from '../collect.ts'
import { refusal } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'

const unpack = promisify(gunzip)

/** The body of a request: JSON of at most `limit` bytes, also when it is unpacked. What is refused is read on, so that its client learns why. */
export async function receiveJson(request: IncomingMessage, limit: number): Promise<{ value: unknown } | Refusal> {
  const bytes = await collect(request, limit)
  const tooLarge = refusal(413, 'REGISTRY_BODY_TOO_LARGE', `a body is at most ${limit} bytes`)
  if (bytes === undefined) return tooLarge
  const { 'content-encoding': encoding = 'identity' } = request.headers
  if (encoding !== 'identity' && encoding !== 'gzip')
    return refusal(415, 'REGISTRY_BODY_ENCODED', 'a body is taken as gzip or as it is')
  try {
    const plain = encoding === 'gzip' ? await unpack(bytes, { maxOutputLength: limit }) : bytes
    return { value: JSON.parse(plain.toString('utf8')) as unknown }
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge
    return refusal(400, 'REGISTRY_BODY_NO_JSON', 'the body is no JSON')
  }
}
