import type { Readable } from 'node:stream'

export type Head = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** What has come of the body together with it. */
  readonly rest: Buffer
}

const MOST = 16_384

/** The head of what a CGI program answers (RFC 3875, 6). Rejects where there is none. What follows is left in the stream. */
export async function readHead(stream: Readable): Promise<Head> {
  let read = Buffer.alloc(0)
  for await (const piece of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    read = Buffer.concat([read, piece])
    const end = read.indexOf('\r\n\r\n')
    if (end !== -1) return parseHead(read.subarray(0, end).toString('latin1'), read.subarray(end + 4))
    if (read.length > MOST) break
  }
  throw new Error('the program has no head')
}

function parseHead(text: string, rest: Buffer): Head {
  const pairs = text.split('\r\n').map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const { status = '200', ...headers } = Object.fromEntries(pairs)
  return { status: Number.parseInt(status, 10), headers, rest }
}
