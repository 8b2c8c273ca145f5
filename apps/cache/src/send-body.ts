import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { DamagedBody } from './hot-bodies.ts'
import type { HotBodies } from './hot-bodies.ts'
import type { Entry } from './store/entry.ts'

/** What of an answer is used: its headers so far, and the answer itself. */
export type BodyReply = {
  readonly raw: ServerResponse
  readonly sent: boolean
  headers(headers: Readonly<Record<string, string | number>>): unknown
  getHeaders(): Readonly<Record<string, string | number | string[] | undefined>>
  hijack(): unknown
}

/** Bytes that are read at once, and all that one answer has in memory. */
const CHUNK = 65_536

/**
 * Sends the body of an entry: from memory where it is there, otherwise from its file, as fast as the client takes it. Resolves when
 * it has gone out, or the client has left. Throws, before anything is sent, when the file is not there or is not whole.
 */
export async function sendBody(
  reply: BodyReply,
  entry: Entry,
  { file, hot }: { file: string; hot: HotBodies },
): Promise<void> {
  const body = hot.get(file) ?? (await hot.load(file, entry))
  if (body !== undefined) {
    reply.headers(headersOf(entry))
    reply.hijack()
    writeHead(reply)
    reply.raw.end(body)
    return
  }
  await using handle = await open(file, 'r')
  const { size } = await handle.stat()
  if (size !== entry.size) throw new DamagedBody()
  reply.headers(headersOf(entry))
  reply.hijack()
  writeHead(reply)
  await pump(handle, reply.raw, size)
}

function writeHead(reply: BodyReply): void {
  reply.raw.writeHead(200, reply.getHeaders())
}

/** Pieces of memory of answers that are through, for the next ones: otherwise each leaves one to be cleared away. */
const spare: Buffer[] = []
const SPARE = 64

/** Reads into one piece of memory again and again: whoever has 200 clients has 200 of them, and no more. */
async function pump(handle: FileHandle, response: ServerResponse, size: number): Promise<void> {
  const chunk = spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK)
  for (let at = 0; at < size && !response.destroyed;) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, size - at), at)
    if (bytesRead === 0) {
      response.destroy()
      return
    }
    at += bytesRead
    if (!(await write(response, chunk.subarray(0, bytesRead)))) return
  }
  response.end()
  // Only where everything has gone out: of a connection that was cut the system may still hold it.
  if (spare.length < SPARE) spare.push(chunk)
}

/** Resolves when the system has the bytes; false when nobody takes them any more. */
function write(response: ServerResponse, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const left = (): void => resolve(false)
    response.once('close', left)
    response.write(bytes, (error) => {
      response.off('close', left)
      resolve(error === null || error === undefined)
    })
  })
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
