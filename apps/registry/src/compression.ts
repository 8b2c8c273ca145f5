import { promisify } from 'node:util'
import { gzip, gzipSync, zstdCompress, zstdDecompress, zstdDecompressSync } from 'node:zlib'

const [gzipLarge, zstd, unzstdLarge] = [promisify(gzip), promisify(zstdCompress), promisify(zstdDecompress)]

/** Bytes up to which the way to another thread and back would take longer than the work. */
const SMALL = 32_768

/** zlib gives its output in pieces, each of which is such a way too. */
const LEAST = 16_384
const MOST = 4 * 2 ** 20

/** JSON is compressed to about this part of it, by gzip and by zstd. */
const RATIO = 8

function pieces(bytes: number): number {
  return Math.min(Math.max(Math.ceil(bytes), LEAST), MOST)
}

/** For clients. RFC 1952. */
export async function packForClients(bytes: Buffer): Promise<Buffer> {
  if (bytes.length <= SMALL) return gzipSync(bytes)
  return gzipLarge(bytes, { chunkSize: pieces(bytes.length / RATIO) })
}

/** For the disk. RFC 8878. */
export async function packForDisk(bytes: Buffer): Promise<Buffer> {
  return zstd(bytes, { chunkSize: pieces(bytes.length / RATIO) })
}

/** Throws what zlib says of damaged bytes, and of more than `most`. */
export async function unpackFromDisk(bytes: Buffer, most: number): Promise<Buffer> {
  const options = { maxOutputLength: most, chunkSize: pieces(bytes.length * RATIO) }
  return bytes.length <= SMALL ? zstdDecompressSync(bytes, options) : unzstdLarge(bytes, options)
}
