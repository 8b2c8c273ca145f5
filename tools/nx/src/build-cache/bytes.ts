import type { Readable, Writable } from 'node:stream'

/** A body as it came, in pieces: joining them would copy it, which costs more than sending it. */
export type Bytes = { readonly chunks: readonly Buffer[]; readonly length: number }

export function toBytes(...chunks: readonly Buffer[]): Bytes {
  return { chunks, length: chunks.reduce((sum, chunk) => sum + chunk.length, 0) }
}

/**
 * Everything that a stream gives, to its end; undefined when that is more than `limit`, of which nothing is kept. `onChunk`
 * sees each piece as it comes. Rejects when the stream fails or is closed before its end.
 */
export async function readBytes(
  stream: Readable,
  limit: number,
  onChunk: (chunk: Buffer) => void = () => undefined,
): Promise<Bytes | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length
    onChunk(chunk)
    if (length <= limit) chunks.push(chunk)
    else chunks.length = 0
  })
  stream.once('end', () => resolve(undefined)).on('error', reject)
  stream.once('close', () => reject(new Error('It was closed before its end.')))
  await promise
  return length <= limit ? { chunks, length } : undefined
}

/** Writes all pieces in one go, and ends the stream. */
export function endWith(stream: Writable, { chunks }: Bytes): void {
  stream.cork()
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  stream.uncork()
}
