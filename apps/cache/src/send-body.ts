import { close, fstatSync, open, read } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { Chunks } from './chunks.ts'
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
  const descriptor = await opened(file)
  try {
    const { size } = fstatSync(descriptor)
    if (size !== entry.size) throw new DamagedBody()
    reply.headers(headersOf(entry))
    reply.hijack()
    writeHead(reply)
    await pump(descriptor, reply.raw, size)
  } finally {
    close(descriptor)
  }
}

function writeHead(reply: BodyReply): void {
  reply.raw.writeHead(200, reply.getHeaders())
}

function opened(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    open(file, (error, descriptor) => {
      if (error === null) resolve(descriptor)
      else reject(error)
    })
  })
}

const chunks = new Chunks()

/**
 * Reads into one piece of memory again and again. With callbacks: a promise of node for each read would be half of what it costs.
 * Resolves when all has gone out, or nobody takes it any more.
 */
function pump(descriptor: number, response: ServerResponse, size: number): Promise<void> {
  const chunk = chunks.take()
  const state = { at: 0 }
  return new Promise((resolve) => {
    const cut = (): void => {
      chunks.lose(chunk)
      resolve()
    }
    const next = (): void => {
      if (response.destroyed) return
      if (state.at < size) {
        read(descriptor, chunk, 0, Math.min(chunk.length, size - state.at), state.at, send)
        return
      }
      response.off('close', cut)
      response.end()
      chunks.give(chunk)
      resolve()
    }
    const send = (error: Error | null, bytes: number): void => {
      state.at += bytes
      if (error === null && bytes > 0) response.write(chunk.subarray(0, bytes), next)
      else response.destroy()
    }
    response.once('close', cut)
    next()
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
