import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { DamagedFile, sendFile } from '@mochi/files'
import type { HotFiles } from '@mochi/files'
import type { Tarball } from '../mirror/tarballs.ts'
import { parseRange } from './range.ts'
import type { Range } from './range.ts'
import { hasNow } from './wanted.ts'

export type SendTarball = (request: IncomingMessage, response: ServerResponse, tarball: Tarball) => Promise<void>

/** Sends tarballs, small ones that are asked for often from memory. Throws DamagedFile, before anything is sent. */
export function createSendTarball(hot: HotFiles): SendTarball {
  return async (request, response, tarball) => {
    const bytes = hot.get(tarball.path) ?? (await hot.load(tarball.path, expectedOf(tarball)))
    if (bytes === undefined) await sendFromDisk(request, response, tarball)
    else sendBytes(request, response, { tarball, bytes })
  }
}

/** The same, at once, of what is in memory. */
export function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  { tarball, bytes }: { tarball: Tarball; bytes: Buffer },
): void {
  const range = writeHead(request, response, tarball)
  response.end(
    range === undefined
      ? undefined
      : range.to - range.from === bytes.length
        ? bytes
        : bytes.subarray(range.from, range.to),
  )
}

async function sendFromDisk(request: IncomingMessage, response: ServerResponse, tarball: Tarball): Promise<void> {
  // At once: the way to another thread and back would take ten times as long. A link could lead anywhere.
  const descriptor = openSync(tarball.path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    if (fstatSync(descriptor).size !== tarball.size) throw new DamagedFile()
    const range = writeHead(request, response, tarball)
    if (range === undefined) response.end()
    else await sendFile(response, { descriptor, ...range })
  } finally {
    closeSync(descriptor)
  }
}

/** The bytes that are to follow; none for a client that has them, for HEAD, and for a range that is not there. */
function writeHead(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  { size, sha512 }: Tarball,
): Range | undefined {
  const etag = `"${sha512.slice(0, 40)}"`
  const common = { etag, 'cache-control': 'public, max-age=31536000, immutable', 'accept-ranges': 'bytes' }
  if (hasNow(headers['if-none-match'], etag)) {
    response.writeHead(304, common)
    return undefined
  }
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag
  const range = parseRange(isSame ? headers.range : undefined, size)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...common, 'content-range': `bytes */${size}`, 'content-length': 0 })
    return undefined
  }
  const { from, to } = range ?? { from: 0, to: size }
  response.writeHead(range === undefined ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': to - from,
    ...(range === undefined ? {} : { 'content-range': `bytes ${from}-${to - 1}/${size}` }),
    ...common,
  })
  return method === 'HEAD' ? undefined : { from, to }
}

function expectedOf({ size, sha512 }: Tarball) {
  return { size, isWhole: (bytes: Buffer) => createHash('sha512').update(bytes).digest('hex') === sha512 }
}
