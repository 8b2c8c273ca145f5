import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'

/** The header of a gzip member (RFC 1952) without name, comment or extra fields: as Nx and most programs write it. */
export const HEADER = 10
export const TRAILER = 8

export type GunzipSink = {
  readonly onBytes: (bytes: Buffer, packed: number) => void
  /** What is wrong, in words that stand behind "but". Has to throw. */
  readonly refuse: (reason: string) => never
}

/**
 * Unpacks exactly one gzip member. Node's own Gunzip reads members that follow, which the program that unpacks it later does
 * not, and passes over what stands behind them: both would show us other bytes than are unpacked.
 */
export async function gunzip(body: AsyncIterable<Uint8Array>, { onBytes, refuse }: GunzipSink): Promise<void> {
  let header: Buffer = Buffer.alloc(0)
  let tail: Buffer = Buffer.alloc(0)
  let fed = 0
  let sum = 0
  let length = 0
  const source: Source = {}
  const inflater = createInflateRaw({ chunkSize: 65_536 })
  const deflated = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of watched(body, source)) {
      const begun = takeHeader(header, chunk, refuse)
      header = begun.header
      const held = holdBack(tail, begun.rest)
      tail = held.tail
      for (const piece of held.body) {
        fed += piece.length
        if (piece.length > 0) yield piece
      }
    }
  }
  const sink = async (inflated: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of inflated) {
      sum = crc32(chunk, sum)
      length += chunk.length
      onBytes(chunk, fed)
    }
  }
  try {
    await pipeline(deflated, inflater, sink)
  } catch (error) {
    if ('error' in source) throw source.error
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ABORT_ERR') refuse('something stands behind its gzip')
    if (!/^(?:Z_|ERR_(?:BUFFER|STREAM))/.test(code)) throw error
    refuse('its gzip is cut or damaged')
  }
  if (tail.length < TRAILER) refuse('its gzip is cut or damaged')
  if (inflater.bytesWritten !== fed) refuse('something stands behind its gzip')
  if (tail.readUInt32LE(0) !== sum || tail.readUInt32LE(4) !== length % 2 ** 32) refuse('its gzip is cut or damaged')
}

/** What can go on, and the last bytes, which may be the trailer. The large part is not copied. */
function holdBack(held: Buffer, chunk: Buffer): { body: readonly Buffer[]; tail: Buffer } {
  if (chunk.length >= TRAILER)
    return { body: [held, chunk.subarray(0, -TRAILER)], tail: Buffer.from(chunk.subarray(-TRAILER)) }
  const all = Buffer.concat([held, chunk])
  const end = Math.max(0, all.length - TRAILER)
  return { body: [all.subarray(0, end)], tail: all.subarray(end) }
}

type Source = { error?: unknown }

/** Tells a fault of who brings the bytes from one of ours. */
async function* watched(body: AsyncIterable<Uint8Array>, source: Source): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    source.error = error
    throw error
  }
}

/** What there is of the header now, and the rest of a chunk behind it. */
function takeHeader(begun: Buffer, chunk: Uint8Array, refuse: GunzipSink['refuse']): { header: Buffer; rest: Buffer } {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  const missing = HEADER - begun.length
  if (missing === 0) return { header: begun, rest: bytes }
  const header = Buffer.concat([begun, bytes.subarray(0, missing)])
  if (header.length === HEADER) {
    const [first, second, method, flags] = header
    if (first !== 0x1f || second !== 0x8b || method !== 8) refuse('it is no gzip')
    if (flags !== 0) refuse('its gzip has fields that Nx does not write')
  }
  return { header, rest: bytes.subarray(missing) }
}
