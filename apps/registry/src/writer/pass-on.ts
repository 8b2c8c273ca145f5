import { request as ask } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'

/** By which the writer knows that a request comes from who can read the data folder. */
export const KEY = 'x-mochi-writer-key'

/** Where the writer is. */
export type Place = { readonly port: number; readonly key: string }

/**
 * Has a request answered at another place. `nobody`: nobody listens there, and the request is as it was. `broken`: who listened has
 * ended, or says nothing for `silence` milliseconds; only what reads may be asked again, for the rest may have been done.
 */
export function passOn(
  request: IncomingMessage,
  { port, key }: Place,
  silence: number,
): Promise<IncomingMessage | 'nobody' | 'broken'> {
  const { method, url: path } = request
  const headers = [...headersOf(request), KEY, key]
  const passed = ask({ host: '127.0.0.1', port, method, path, headers, agent: false, timeout: silence })
  passed.once('socket', (socket) => {
    socket.once('connect', () => sendBody(request, passed))
  })
  return new Promise((resolve) => {
    passed.once('timeout', () => passed.destroy())
    passed.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED' ? 'nobody' : 'broken'))
    passed.once('close', () => resolve('broken'))
    passed.once('response', (answer) => {
      passed.setTimeout(0)
      resolve(answer)
    })
  })
}

/** A client that leaves breaks it off; when it is broken off, what still comes is thrown away, so that the client hears why. */
function sendBody(request: IncomingMessage, passed: ClientRequest): void {
  if (isRead(request)) {
    request.resume()
    passed.end()
    return
  }
  request.pipe(passed)
  const leave = () => passed.destroy()
  request.once('aborted', leave)
  passed.once('close', () => request.off('aborted', leave).unpipe(passed).resume())
}

/** What a read has for a body is not passed on, nor what is said of it. */
export function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

function headersOf(request: IncomingMessage): string[] {
  const { rawHeaders } = request
  if (!isRead(request)) return rawHeaders
  const isOfBody = (name = '') => /^(?:content-length|transfer-encoding)$/i.test(name)
  return rawHeaders.filter((_text, index) => !isOfBody(rawHeaders[index - (index % 2)]))
}
