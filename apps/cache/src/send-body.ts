import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { DamagedFile, sendFile } from '@mochi/files'
import type { ExpectedFile, HotFiles } from '@mochi/files'
import type { Entry } from './store/entry.ts'

/** What of an answer is used: its headers so far, and the answer itself. */
export type BodyReply = {
  readonly raw: ServerResponse
  readonly sent: boolean
  headers(headers: Readonly<Record<string, string | number>>): unknown
  getHeaders(): Readonly<Record<string, string | number | string[] | undefined>>
  hijack(): unknown
}

/**
 * Sends the body of an entry: from memory where it is there, otherwise from its file, as fast as the client takes it. Resolves when
 * it has gone out, or the client has left. Throws, before anything is sent, when the file is not there or is not whole.
 */
export async function sendBody(
  reply: BodyReply,
  entry: Entry,
  { file, hot }: { file: string; hot: HotFiles },
): Promise<void> {
  const body = hot.get(file) ?? (await hot.load(file, expectedOf(entry)))
  if (body !== undefined) {
    reply.headers(headersOf(entry))
    reply.hijack()
    writeHead(reply)
    reply.raw.end(body)
    return
  }
  // At once: the way to another thread and back would take ten times as long.
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    if (size !== entry.size) throw new DamagedFile()
    reply.headers(headersOf(entry))
    reply.hijack()
    writeHead(reply)
    await sendFile(reply.raw, { descriptor, from: 0, to: size })
  } finally {
    closeSync(descriptor)
  }
}

function expectedOf({ sha, size }: Entry): ExpectedFile {
  return { size, isWhole: (bytes) => createHash('sha256').update(bytes).digest('hex') === sha }
}

function writeHead(reply: BodyReply): void {
  reply.raw.writeHead(200, reply.getHeaders())
}

/** RFC 9530 for the digest. Everything else is for who asks where an entry comes from. */
export function headersOf(entry: Entry): Record<string, string | number> {
  return {
    'content-type': 'application/octet-stream',
    'content-length': entry.size,
    'content-digest': `sha-256=:${Buffer.from(entry.sha, 'hex').toString('base64')}:`,
    'cache-control': 'no-store',
    'x-mochi-scope': entry.scope,
    'x-mochi-writer': entry.writer,
    'x-mochi-written': new Date(entry.written).toISOString(),
    'x-mochi-contents': entry.contents,
    ...(entry.task === null ? {} : { 'x-mochi-task': entry.task }),
    ...(entry.revision === null ? {} : { 'x-mochi-revision': entry.revision }),
  }
}
