import type { Readable, Writable } from 'node:stream'

/** A body as it came, in pieces: joining them would copy it, which costs more than sending it. */
export type Bytes = { readonly chunks: readonly Buffer[]; readonly length: number }

export function toBytes(...chunks: readonly Buffer[]): Bytes {
  return { chunks, length: chunks.reduce((sum, chunk) => sum + chunk.length, 0) }
}

/** Bytes that take room until they are disposed of. */
export class Held implements Bytes, Disposable {
  readonly chunks: readonly Buffer[]
  readonly length: number
  readonly #room: Disposable

  constructor({ chunks, length }: Bytes, room: Disposable) {
    this.chunks = chunks
    this.length = length
    this.#room = room
  }

  [Symbol.dispose](): void {
    this.#room[Symbol.dispose]()
  }
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

/** As many bytes as are handed over at once where it matters how far they have come. */
const PIECE = 256 * 1024

/** Writes a piece whenever the one before has left this process, says so, and ends the stream. Rejects when it fails. */
export async function sendPieces(stream: Writable, bytes: Bytes, onProgress: () => void): Promise<void> {
  let at = 0
  while (at < bytes.chunks.length) {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    stream.cork()
    for (let size = 0; at < bytes.chunks.length && size < PIECE; at++) {
      const chunk = bytes.chunks[at] ?? Buffer.alloc(0)
      size += chunk.length
      const isLast = size >= PIECE || at === bytes.chunks.length - 1
      stream.write(chunk, isLast ? (error) => (error ? reject(error) : resolve(undefined)) : undefined)
    }
    if (at === bytes.chunks.length) stream.end()
    stream.uncork()
    await promise
    onProgress()
  }
}
