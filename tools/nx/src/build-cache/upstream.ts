import { createHash } from 'node:crypto'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { endWith, Held, readBytes, sendPieces, toBytes } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { CacheFault } from './fault.ts'
import { digestOf, lengthOf, textOf, typeOf } from './headers.ts'
import type { Results } from './results.ts'
import type { Room } from './room.ts'

/** What the cache keeps under a hash; `body` is as it was written, by its digest. */
export type Hit = {
  readonly kind: 'hit'
  /** To be disposed of by who has it. */
  readonly body: Held
  /** `foo:build`, where the cache knows it. */
  readonly task: string | undefined
  /** Digest of the outputs alone, whatever the times in the archive. */
  readonly contents: string | undefined
  readonly writer: string
  readonly written: string
}

export type Found = Hit | { readonly kind: 'miss' } | { readonly kind: 'too-large' }

/** What became of an entry that was sent: kept, there already, or not wanted from this token or of this kind. */
export type Stored = 'stored' | 'present' | 'forbidden' | 'refused'

export type Sending = {
  readonly signal: AbortSignal
  /** Called whenever some of an archive has come or left. */
  readonly onProgress?: () => void
}

/** The shared cache, over HTTP. Every method rejects with a fault, and as soon as the signal is aborted. */
export type Upstream = {
  /** Goes on with a token of the cache in place of a CI's own. One that knows no such exchange is asked with the CI's. */
  exchangeToken(sending: Sending): Promise<void>
  get(hash: string, sending: Sending): Promise<Found>
  put(hash: string, body: Bytes, sending: Sending): Promise<Stored>
  sendResults(results: Results, sending: Sending): Promise<void>
  close(): void
}

export type UpstreamOptions = {
  /** Of apps/cache, with or without a path. */
  readonly url: string
  readonly token: string
  /** What is built, for the entry's record. */
  readonly revision: string | undefined
  /** HTTP_PROXY and kin. */
  readonly proxies: Readonly<Record<string, string | undefined>>
  /** For what is read: an archive for which there is none is a miss. */
  readonly room: Room
}

export function createUpstream({ url, token: given, revision, proxies, room }: UpstreamOptions): Upstream {
  let token = given
  const base = new URL(url)
  const isSecure = base.protocol === 'https:'
  const agentOptions = { keepAlive: true, proxyEnv: proxies }
  const agent = isSecure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions)
  const open: Open = (method, path, { headers, signal }) => {
    const target = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base)
    const options = { method, agent, signal, headers: { authorization: `Bearer ${token}`, ...headers } }
    return isSecure ? httpsRequest(target, options) : httpRequest(target, options)
  }
  return {
    exchangeToken: async (sending) => {
      token = (await readToken(await exchange(open, { method: 'POST', path: '/v1/token', ...sending }))) ?? token
    },
    get: async (hash, sending) => {
      const answer = await exchange(open, { method: 'GET', path: pathOf(hash), ...sending })
      return await readFound(answer, { room, ...sending })
    },
    put: async (hash, body, sending) => {
      const headers = { ...JOINED_HEADERS, ...(revision === undefined ? {} : { 'x-mochi-revision': revision }) }
      return readStored(await exchange(open, { method: 'PUT', path: pathOf(hash), ...sending, headers, body }))
    },
    sendResults: async (results, sending) => {
      const body = toBytes(Buffer.from(JSON.stringify({ revision, ...results })))
      const headers = { 'content-type': 'application/json' }
      await readDone(await exchange(open, { method: 'POST', path: '/v1/results', ...sending, headers, body }))
    },
    close: () => agent.destroy(),
  }
}

const JOINED_HEADERS = { 'content-type': 'application/octet-stream' }

function pathOf(hash: string): string {
  return `/v1/cache/${hash}`
}

type Open = (
  method: string,
  path: string,
  options: { headers: OutgoingHttpHeaders; signal: AbortSignal },
) => ClientRequest

type Exchange = Sending & {
  method: 'GET' | 'PUT' | 'POST'
  path: string
  headers?: OutgoingHttpHeaders
  body?: Bytes
}

/**
 * Sends a request and resolves with the head of its answer. A connection that was kept may have been closed by the other
 * end just now: that is no fault of anybody, and the request goes out once more on a new one.
 */
async function exchange(open: Open, given: Exchange): Promise<IncomingMessage> {
  for (let attempt = 0; ; attempt++) {
    const length = given.body === undefined ? {} : { 'content-length': given.body.length }
    const request = open(given.method, given.path, { headers: { ...given.headers, ...length }, signal: given.signal })
    try {
      return await answerTo(request, given)
    } catch (error) {
      if (!request.reusedSocket || attempt > 0 || given.signal.aborted) throw error
    }
  }
}

function answerTo(request: ClientRequest, { body, onProgress }: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    // Stays: a connection may fail after its answer, and nobody else listens.
    request.on('error', reject)
    if (body === undefined || onProgress === undefined) endWith(request, body ?? toBytes())
    else sendPieces(request, body, onProgress).catch(reject)
  })
}

type Reading = Sending & { readonly room: Room }

async function readFound(answer: IncomingMessage, { room, onProgress }: Reading): Promise<Found> {
  if (answer.statusCode === 404) return (await drain(answer), { kind: 'miss' })
  if (answer.statusCode !== 200) throw unexpectedStatus(answer)
  const { headers } = answer
  const length = lengthOf(headers)
  if (length === undefined) throw refuse(answer, `200 without a content-length${typeOf(headers)}`)
  const digest = digestOf(headers)
  if (digest === undefined) throw refuse(answer, `200 without a content-digest${typeOf(headers)}`)
  using held = new DisposableStack()
  const taken = room.take(length)
  if (taken === undefined) return (answer.destroy(), { kind: 'too-large' })
  held.use(taken)
  const hash = createHash('sha256')
  const onChunk = (chunk: Buffer): void => {
    onProgress?.()
    hash.update(chunk)
  }
  const body = await readBody(answer, { length, onChunk })
  if (hash.digest('base64') !== digest) throw new CacheFault('200 with other bytes than its digest says')
  return {
    kind: 'hit',
    body: new Held(body, held.move()),
    task: textOf(headers, 'x-mochi-task'),
    contents: textOf(headers, 'x-mochi-contents'),
    writer: textOf(headers, 'x-mochi-writer') ?? 'unknown',
    written: textOf(headers, 'x-mochi-written') ?? 'unknown',
  }
}

const STORED = new Map<number | undefined, Stored>([
  [200, 'stored'],
  [201, 'stored'],
  [204, 'stored'],
  [403, 'forbidden'],
  [409, 'present'],
  [411, 'refused'],
  [413, 'refused'],
  [422, 'refused'],
  [507, 'refused'],
])

async function readStored(answer: IncomingMessage): Promise<Stored> {
  const stored = STORED.get(answer.statusCode)
  if (stored === undefined) throw unexpectedStatus(answer)
  await drain(answer)
  return stored
}

async function readToken(answer: IncomingMessage): Promise<string | undefined> {
  const status = answer.statusCode ?? 0
  if (status === 401 || status >= 500) throw unexpectedStatus(answer)
  if (status !== 200) {
    await drain(answer)
    return undefined
  }
  let text = ''
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1')
    if (text.length > SHORT) break
  }
  const token = /"token":"([\w.-]+)"/.exec(text)?.[1]
  if (token === undefined) throw new CacheFault('200 without a token')
  return token
}

/** A token that may not write has its results refused, which is no fault. */
async function readDone(answer: IncomingMessage): Promise<void> {
  const status = answer.statusCode ?? 0
  if (status !== 403 && (status < 200 || status > 299)) throw unexpectedStatus(answer)
  await drain(answer)
}

function unexpectedStatus(answer: IncomingMessage): CacheFault {
  const { statusCode = 0, headers } = answer
  const isRedirect = statusCode >= 300 && statusCode < 400
  return refuse(answer, isRedirect ? `a redirect (${statusCode})` : `status ${statusCode}${typeOf(headers)}`)
}

/** What is not wanted is not read either. */
function refuse(answer: IncomingMessage, found: string): CacheFault {
  answer.destroy()
  return new CacheFault(found)
}

type Expected = { length: number; onChunk: (chunk: Buffer) => void }

async function readBody(answer: IncomingMessage, { length, onChunk }: Expected): Promise<Bytes> {
  let got = 0
  const count = (chunk: Buffer): void => {
    got += chunk.length
    onChunk(chunk)
  }
  const body = await readBytes(answer, length, count).catch(() => undefined)
  if (body?.length !== length) throw new CacheFault(`${got} of ${length} bytes`)
  return body
}

/** Short answers are read to their end, so that the connection can be used again. */
const SHORT = 64 * 1024

async function drain(answer: IncomingMessage): Promise<void> {
  let got = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    got += chunk.length
    if (got > SHORT) return void answer.destroy()
  }
}
