import { createServer, request as forward } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { createInbox, listenOnFreePort } from '@mochi/testing'
import type { Inbox } from '@mochi/testing'

/** A real forward proxy: CONNECT for https, absolute request lines for http. Everything goes to this machine. */
export type Proxy = AsyncDisposable & { readonly url: string; readonly seen: Inbox<string> }

export async function startProxy(): Promise<Proxy> {
  const seen = createInbox<string>()
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    seen.push(`GET ${request.url ?? ''}`)
    const { port, pathname } = new URL(request.url ?? '')
    const outgoing = forward({ host: '127.0.0.1', port, path: pathname, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy()).end()
  })
  server.on('connect', (request, client: Socket, head) => {
    seen.push(`CONNECT ${request.url ?? ''}`)
    const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.write(head)
      target.pipe(client).pipe(target)
    })
    target.on('error', () => client.destroy())
    client.on('error', () => target.destroy())
  })
  const listening = await listenOnFreePort(server)
  return { url: listening.url, seen, [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose]() }
}
