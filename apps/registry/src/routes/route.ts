import type { IncomingMessage, ServerResponse } from 'node:http'
import { pathOf } from '../names/target.ts'

export type Asked = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** What stands in the path where its pattern has a group, as it was sent. */
  readonly what: string
  readonly query: URLSearchParams
}

/** Something that is asked below `/-/`. It may throw NeedsWriter before it has read a body. */
export type Route = {
  readonly method: 'GET' | 'POST'
  readonly path: RegExp
  answer(asked: Asked): Promise<void>
}

/** What answers a request: of the routes, the one whose path it is. HEAD is answered as GET, and node leaves the body out. */
export function findRoute(
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): (() => Promise<void>) | undefined {
  const { method, url = '' } = request
  const path = pathOf(url)
  for (const route of routes) {
    const found = route.method === (method === 'HEAD' ? 'GET' : method) ? route.path.exec(path) : null
    if (found === null) continue
    const query = new URLSearchParams(url.slice(path.length))
    return () => route.answer({ request, response, what: found[1] ?? '', query })
  }
  return undefined
}

export function sendJson(response: ServerResponse, text: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(text)
}
