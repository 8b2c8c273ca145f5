import type { Dispatcher } from 'undici'
import { unscoped } from '../names/package-name.ts'
import { ask } from './ask.ts'
import { UplinkFault } from './uplink-fault.ts'
import { drop, limited } from './limited.ts'

export type UplinkOptions = {
  /** The address of the upstream registry, without a slash at its end. */
  readonly address: string
  readonly authorization?: string | undefined
  readonly redirects: readonly string[]
  readonly dispatcher: Dispatcher
  /** Who asks: an answer to a request that already carries it would be our own. */
  readonly instance: string
  readonly limits?: Partial<UplinkLimits>
}

/** Bytes, and milliseconds for all of an answer. */
export type UplinkLimits = {
  readonly document: number
  readonly documentTime: number
  readonly tarball: number
  readonly tarballTime: number
  readonly answer: number
  readonly answerTime: number
}

const defaults: UplinkLimits = {
  document: 256 * 2 ** 20,
  documentTime: 60_000,
  tarball: 2 ** 30,
  tarballTime: 600_000,
  answer: 32 * 2 ** 20,
  answerTime: 30_000,
}

/** The header by which a registry recognises its own question. */
export const VIA = 'x-mochi-registry'

export type DocumentAnswer =
  | { readonly is: 'new'; readonly text: string; readonly etag: string | null }
  | { readonly is: 'same' }
  | { readonly is: 'absent' }

export type JsonAnswer =
  | { readonly is: 'answer'; readonly text: string }
  /** Upstream understood, and does not give it: a status of 400 to 499. */
  | { readonly is: 'refused'; readonly status: number }

/** `body`: JSON, sent by POST. `time`: milliseconds, where it cannot wait for as long as others. */
export type JsonOptions = { readonly body?: string; readonly time?: number }

/** A version, and where its packument says that its tarball is. */
export type TarballAt = { readonly name: string; readonly version: string; readonly url: string }

/** Bytes as they come, and how many were announced. */
export type Body = AsyncIterable<Uint8Array> & { readonly size?: number | undefined }

export type Uplink = {
  readonly address: string
  /** The packument of a package; `same` when upstream still has the one with this ETag. Throws UplinkFault. */
  document(name: string, etag?: string | null): Promise<DocumentAnswer>
  /** The bytes of a tarball, which nobody has checked. Throws UplinkFault, also while they come. `ended`: nobody wants them any more. */
  tarball(wanted: TarballAt, ended?: AbortSignal): Promise<Body>
  /** The JSON that upstream answers at a path, which begins with a slash. Throws UplinkFault. */
  json(path: string, options?: JsonOptions): Promise<JsonAnswer>
}

/** The upstream registry behind deadlines, limits and a list of hosts that it may redirect to. */
export function createUplink(options: UplinkOptions): Uplink {
  const { address, authorization, redirects, dispatcher, instance } = options
  const limits = { ...defaults, ...options.limits }
  const common = { dispatcher, redirects, authorization }
  return {
    address,
    document: async (name, etag) => {
      const url = new URL(`${address}/${name.replace('/', '%2f')}`)
      const headers = {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        [VIA]: instance,
        ...(etag === undefined || etag === null ? {} : { 'if-none-match': etag }),
      }
      const signal = AbortSignal.timeout(limits.documentTime)
      const response = await ask(url, { ...common, headers, signal })
      return readDocument(response, { host: url.host, most: limits.document })
    },
    tarball: async (wanted, ended) => {
      const url = tarballUrl(address, wanted)
      const late = AbortSignal.timeout(limits.tarballTime)
      const signal = ended === undefined ? late : AbortSignal.any([late, ended])
      const response = await ask(url, { ...common, headers: { [VIA]: instance }, signal })
      return openBody(response, { host: url.host, most: limits.tarball })
    },
    json: async (path, { body, time = limits.answerTime } = {}) => {
      const url = new URL(`${address}${path}`)
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      const headers = { accept: 'application/json', 'accept-encoding': 'gzip', [VIA]: instance, ...type }
      const response = await ask(url, { ...common, headers, body, signal: AbortSignal.timeout(time) })
      const status = response.statusCode
      if (isRefusal(status)) {
        drop(response.body)
        return { is: 'refused', status }
      }
      return { is: 'answer', text: await readJson(response, { host: url.host, most: limits.answer }) }
    },
  }
}

/** What is no matter of the moment, of who asks, or of asking oneself. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 407, 408, 429].includes(status)
}

type Reading = { readonly host: string; readonly most: number }

async function readDocument(response: Dispatcher.ResponseData, { host, most }: Reading): Promise<DocumentAnswer> {
  if (response.statusCode === 304) {
    await response.body.dump()
    return { is: 'same' }
  }
  if (response.statusCode === 404) {
    // A page is of a proxy, or of a registry that is being mended: a registry says in JSON that it has no such package.
    refusePages(response, host)
    await response.body.dump()
    return { is: 'absent' }
  }
  const text = await readJson(response, { host, most })
  const { etag } = response.headers
  return { is: 'new', text, etag: typeof etag === 'string' ? etag : null }
}

/** Text that is said to be JSON. */
async function readJson(response: Dispatcher.ResponseData, { host, most }: Reading): Promise<string> {
  refuseOthers(response, host)
  refusePages(response, host)
  const isPacked = response.headers['content-encoding'] === 'gzip'
  return readText(limited(response.body, { host, most, isPacked, length: lengthOf(response) }), host)
}

async function readText(body: AsyncIterable<Uint8Array>, host: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw new UplinkFault('not-json', `${host} answered JSON that is no UTF-8`, { cause })
  }
}

/** The body of an answer that has one. Throws UplinkFault, also while it comes. */
export function openBody(response: Dispatcher.ResponseData, { host, most }: Reading): Body {
  refuseOthers(response, host)
  const length = lengthOf(response)
  return Object.assign(limited(response.body, { host, most, length }), { size: length })
}

function refuseOthers({ statusCode, body }: Dispatcher.ResponseData, host: string): void {
  if (statusCode === 200) return
  drop(body)
  const said = `${host} answered ${statusCode}`
  if (statusCode === 508) throw new UplinkFault('loop', `${said}: it is this registry itself`)
  if (statusCode === 429 || statusCode >= 500) throw new UplinkFault('busy', said)
  throw new UplinkFault('denied', said)
}

function refusePages({ headers, statusCode, body }: Dispatcher.ResponseData, host: string): void {
  const type = headers['content-type'] === undefined ? 'no type' : String(headers['content-type'])
  if (/^application\/(?:[\w.+-]*\+)?json\b/i.test(type)) return
  drop(body)
  throw new UplinkFault('not-json', `${host} answered ${statusCode} with ${type} in place of JSON`)
}

function lengthOf({ headers }: Dispatcher.ResponseData): number | undefined {
  const given = headers['content-length']
  return typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : undefined
}

/** Where upstream says that it is, when that is upstream itself; otherwise where registries have it. */
function tarballUrl(address: string, { name, version, url: given }: TarballAt): URL {
  const usual = new URL(`${address}/${name}/-/${unscoped(name)}-${version}.tgz`)
  const found = URL.canParse(given) ? new URL(given) : usual
  return found.origin === usual.origin ? found : usual
}
