import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** The hash that a digest of a lock is made with: `sha512:…` gives SHA-512. */
export function hashFor(digest: string): { algorithm: string; hash: Hash } {
  const [algorithm = ''] = digest.split(':')
  return { algorithm, hash: createHash(algorithm) }
}

/** The digest of a file, written as the given one is: `sha256:<hex>`. */
export async function digestOfFile(path: string, like = 'sha256:'): Promise<string> {
  const { algorithm, hash } = hashFor(like)
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return `${algorithm}:${hash.digest('hex')}`
}

/** One file of a tool's folder: its path below the folder with `/`, and the SHA-256 of its bytes in hexadecimal. */
export type TreeFile = { path: string; executable: boolean; sha256: string }

/**
 * The digest of a folder: SHA-256 over the lines `<path>\t<x or ->\t<sha256>\n`, sorted by the bytes of the path. The
 * same for an archive and for what was unpacked from it, on every system.
 */
export function treeDigest(files: Iterable<TreeFile>): string {
  const hash = createHash('sha256')
  for (const { path, executable, sha256 } of sortByPath(files))
    hash.update(`${path}\t${executable ? 'x' : '-'}\t${sha256}\n`)
  return `sha256:${hash.digest('hex')}`
}

function sortByPath(files: Iterable<TreeFile>): TreeFile[] {
  return [...files].sort((left, right) => Buffer.compare(Buffer.from(left.path), Buffer.from(right.path)))
}
