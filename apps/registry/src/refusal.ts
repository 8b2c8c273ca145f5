import { STATUS_CODES } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** An answer that says no. npm prints `error`; pnpm and yarn do for what is no tarball. The rest is for programs. */
export type Refusal = {
  readonly status: number
  readonly code: string
  readonly error: string
  /** Further members of the body. */
  readonly members?: Readonly<Record<string, unknown>>
}

export function refusal(status: number, code: string, error: string): Refusal {
  return { status, code, error }
}

export function isRefusal(value: object): value is Refusal {
  return 'status' in value && 'error' in value
}

/** Answers no, when nothing was answered yet. */
export function sendRefusal(response: ServerResponse, { status, code, error, members }: Refusal): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const text = JSON.stringify({ code, error, ...members })
  response.writeHead(status, phraseFor(response.req, status, error), {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  })
  response.end(text)
}

/** Clients that show nobody the body of a refusal: yarn from 2 on, of which this is the name. */
const SHOWS_PHRASE = /^got\b/

/** RFC 9112, 4: some words beside the status. They are all that yarn shows, so there the reason stands in them. */
function phraseFor({ headers }: IncomingMessage, status: number, error: string): string {
  const usual = STATUS_CODES[status] ?? ''
  if (!SHOWS_PHRASE.test(headers['user-agent'] ?? '')) return usual
  return `${usual}: ${error.replace(/[^ -~]+/g, ' ').slice(0, 1_000)}`
}
