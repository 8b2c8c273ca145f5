import type { ServerResponse } from 'node:http'

/** An answer that says no. npm, pnpm and yarn print `error`; the rest is for programs. */
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
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  })
  response.end(text)
}
