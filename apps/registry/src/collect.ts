import type { IncomingMessage } from 'node:http'

/** A body of at most `limit` bytes. Of a longer one nothing is kept, but it is read on: its client hears nothing before it has sent everything. */
export async function collect(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
    else chunks.length = 0
  }
  return length > limit ? undefined : Buffer.concat(chunks)
}
