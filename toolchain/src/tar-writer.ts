import { Buffer } from 'node:buffer'
import { Header } from 'tar'

const BLOCK = 512
/** What fits in a header's own name field. */
const NAME_BYTES = 100

/**
 * The blocks before a file's bytes in a plain tar archive. Reproducible: no time, no owner. Longer names get a GNU
 * long-name entry before them, which GNU, BSD and busybox tar all read; busybox does not read the POSIX form.
 */
export function tarHeader(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) < NAME_BYTES) return header({ path: name, size, type: 'File' })
  const long = Buffer.from(`${name}\0`)
  return Buffer.concat([
    header({ path: '././@LongLink', size: long.length, type: 'NextFileHasLongPath' }),
    long,
    tarPadding(long.length),
    header({ path: Buffer.from(name).subarray(0, NAME_BYTES).toString('latin1'), size, type: 'File' }),
  ])
}

/** The zeros after `size` bytes up to the next whole block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
}

/** The two empty blocks that end an archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK)
}

function header(data: { path: string; size: number; type: 'File' | 'NextFileHasLongPath' }): Buffer {
  const block = Buffer.alloc(BLOCK)
  new Header({ ...data, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), uname: '', gname: '' }).encode(block)
  return block
}
