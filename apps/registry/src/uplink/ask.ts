import type { Dispatcher } from 'undici'
import { UplinkFault } from './uplink-fault.ts'

export type AskOptions = {
  readonly dispatcher: Dispatcher
  /** Hosts that a redirect may lead to, beside the uplink's own. */
  readonly redirects: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** Sent to the uplink's own host alone. */
  readonly authorization?: string | undefined
  readonly signal: AbortSignal
  /** Sent by POST, to the address itself alone: it is not sent on to where a redirect leads. */
  readonly body?: string | undefined
}

const MOST_REDIRECTS = 5

/** Asks an address, following redirects to hosts that are listed. The body has to be read or thrown away. Throws UplinkFault. */
export async function ask(url: URL, options: AskOptions): Promise<Dispatcher.ResponseData> {
  let at = url
  for (let times = 0; times <= MOST_REDIRECTS; times++) {
    const response = await askOnce(at, {
      ...options,
      authorization: at.origin === url.origin ? options.authorization : undefined,
    })
    if (!isRedirect(response.statusCode)) return response
    await response.body.dump()
    if (options.body !== undefined) throw new UplinkFault('redirect', `${url.host} redirects what is sent to it`)
    at = redirected(at, response.headers['location'], { origin: url.origin, redirects: options.redirects })
  }
  throw new UplinkFault('redirect', `${url.host} redirects more than ${MOST_REDIRECTS} times`)
}

async function askOnce(url: URL, options: AskOptions): Promise<Dispatcher.ResponseData> {
  const { dispatcher, headers, authorization, signal, body } = options
  try {
    return await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
      ...(body === undefined ? {} : { body }),
      signal,
    })
  } catch (error) {
    throw toFault(error, url.host)
  }
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

type Allowed = { readonly origin: string; readonly redirects: readonly string[] }

function redirected(from: URL, location: string | string[] | undefined, { origin, redirects }: Allowed): URL {
  const target = typeof location === 'string' && URL.canParse(location, from) ? new URL(location, from) : undefined
  if (target === undefined) throw new UplinkFault('redirect', `${from.host} redirects to no address`)
  if (target.origin === origin) return target
  const isListed = redirects.includes(target.host)
  if (isListed && (target.protocol === 'https:' || target.protocol === from.protocol)) return target
  throw new UplinkFault('redirect', `${from.host} redirects to ${target.host}, which registry.redirects does not list`)
}

const SLOW = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT'])

/** What undici and the system say of a connection, in our words. */
export function toFault(error: unknown, host: string): UplinkFault {
  if (error instanceof UplinkFault) return error
  const { code = '', name = '', message = '' } = error as { code?: string; name?: string; message?: string }
  if (SLOW.has(code) || name === 'TimeoutError') return new UplinkFault('slow', `${host} is too slow`, { cause: error })
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return new UplinkFault('too-large', `${host} sends too much`)
  if (code === 'UND_ERR_SOCKET' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'ECONNRESET')
    return new UplinkFault('truncated', `${host} ended the connection before its answer`, { cause: error })
  if (name === 'HTTPParserError') return new UplinkFault('invalid', `${host} does not speak HTTP`, { cause: error })
  return new UplinkFault('unreachable', `${host} cannot be reached (${code === '' ? message : code})`, { cause: error })
}
