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
  const fed: { header: Buffer; deflated: number; tail: Buffer } = {
    ...{ header: Buffer.alloc(0), deflated: 0, tail: Buffer.alloc(0) },
  }
  const sum = { crc: 0, length: 0 }
  const source: Source = {}
  const inflater = createInflateRaw({ chunkSize: 65_536 })
  const deflated = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of watched(body, source)) {
      const rest = takeHeader(fed, chunk, refuse)
      const { body: ready, tail } = holdBack(fed.tail, rest)
      fed.tail = tail
      for (const piece of ready) {
        fed.deflated += piece.length
        if (piece.length > 0) yield piece
      }
    }
  }
  const sink = async (inflated: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of inflated) {
      sum.crc = crc32(chunk, sum.crc)
      sum.length += chunk.length
      onBytes(chunk, fed.deflated)
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
  if (fed.tail.length < TRAILER) refuse('its gzip is cut or damaged')
  if (inflater.bytesWritten !== fed.deflated) refuse('something stands behind its gzip')
  if (fed.tail.readUInt32LE(0) !== sum.crc || fed.tail.readUInt32LE(4) !== sum.length % 2 ** 32)
    refuse('its gzip is cut or damaged')
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

/** The rest of a chunk behind the header. */
function takeHeader(fed: { header: Buffer }, chunk: Uint8Array, refuse: GunzipSink['refuse']): Buffer {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  const missing = HEADER - fed.header.length
  if (missing === 0) return bytes
  fed.header = Buffer.concat([fed.header, bytes.subarray(0, missing)])
  if (fed.header.length === HEADER) {
    const [first, second, method, flags] = fed.header
    if (first !== 0x1f || second !== 0x8b || method !== 8) refuse('it is no gzip')
    if (flags !== 0) refuse('its gzip has fields that Nx does not write')
  }
  return bytes.subarray(missing)
}
