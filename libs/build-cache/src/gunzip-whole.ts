import { crc32, inflateRaw } from 'node:zlib'
import type { InputType, ZlibOptions } from 'node:zlib'
import { gunzip, HEADER, TRAILER } from './gunzip.ts'
import type { GunzipSink } from './gunzip.ts'

/** What says that it has more bytes than this is unpacked piece by piece, to keep memory small. */
const WHOLE = 2 ** 23

/**
 * What `gunzip` does, for an archive that is in memory: at half the cost, and without many small pieces of memory, because it is
 * unpacked in one go. Whatever is unusual in it is left to `gunzip`, which says what.
 */
export async function gunzipWhole(archive: Buffer, sink: GunzipSink): Promise<void> {
  const bytes = await tryWhole(archive)
  if (bytes === undefined) await gunzip(pieces(archive), sink)
  else {
    try {
      sink.onBytes(bytes, archive.length - HEADER - TRAILER)
    } finally {
      releaseBuffer(bytes)
    }
  }
}

/**
 * Gives the memory of a large buffer back now: nobody may use it any more. Left to the collector, which sees only the small
 * object in front of it, a hundred megabytes of them would stand. Small ones share their memory with others, and stay.
 */
export function releaseBuffer({ buffer, length }: Buffer): void {
  if (length >= Buffer.poolSize && buffer instanceof ArrayBuffer) buffer.transfer(0)
}

/** All bytes of exactly one gzip member without header fields; undefined for anything else. */
async function tryWhole(archive: Buffer): Promise<Buffer | undefined> {
  if (archive.length < HEADER + TRAILER || archive.readUInt32BE(0) !== 0x1f_8b_08_00) return undefined
  const [sum, length] = [archive.readUInt32LE(archive.length - 8), archive.readUInt32LE(archive.length - 4)]
  if (length > WHOLE) return undefined
  const deflated = archive.subarray(HEADER, -TRAILER)
  // One byte more than it says: it would be found out, and what fits exactly needs no second buffer.
  const limit = Math.max(64, length + 1)
  const found = await inflate(deflated, { chunkSize: limit, maxOutputLength: limit })
  const isSound = found?.consumed === deflated.length && found.bytes.length === length && crc32(found.bytes) === sum
  return isSound ? found.bytes : undefined
}

/** With `info`, which the types do not know, Node hands over the stream too, which has counted what it took. */
type Informed = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }
type InflateInformed = (
  data: InputType,
  options: ZlibOptions & { info: true },
  done: (error: Error | null, result: Informed) => void,
) => void

function inflate(deflated: Buffer, options: ZlibOptions): Promise<{ bytes: Buffer; consumed: number } | undefined> {
  return new Promise((resolve) => {
    const inform = inflateRaw as unknown as InflateInformed
    inform(deflated, { ...options, info: true }, (error, result) => {
      resolve(error === null ? { bytes: result.buffer, consumed: result.engine.bytesWritten } : undefined)
    })
  })
}

async function* pieces(archive: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < archive.length; at += 65_536) yield await Promise.resolve(archive.subarray(at, at + 65_536))
}
