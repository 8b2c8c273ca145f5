import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'

/** A connection to a port of loopback, and what it gets until it is closed. */
export type RawConnection = { readonly socket: Socket; readonly all: Promise<string> }

/** Opens a connection and writes to it; nothing is added, and it stays open for more. */
export async function openRaw(port: number, written = ''): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  await once(socket, 'connect')
  socket.write(written)
  return { socket, all: text(socket).finally(() => socket.destroy()) }
}

/** The first line, and the document below the headers, of an answer. */
export function parseRaw(answer: string): { line: string; head: string; document: unknown } {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return {
    line: head.split('\r\n', 1)[0] ?? '',
    head: head.toLowerCase(),
    document: body === '' ? undefined : JSON.parse(body),
  }
}

export type Answered = { status: number | undefined; headers: IncomingMessage['headers']; body: string }

/** What fetch does not let one send: another Host, the headers of a browser. */
export async function ask(url: string, options: RequestOptions & { body?: string } = {}): Promise<Answered> {
  const { body, ...rest } = options
  const sent = request(url, { agent: false, ...rest })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}
