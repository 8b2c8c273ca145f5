import { mintToken } from '@mochi/build-cache'
import { findCache, readClientSettings } from '@mochi/build-cache/client'
import type { Settings } from '@mochi/build-cache/client'
import type { Role } from '@mochi/build-cache'
import type { Context } from '../context.ts'
import { errors } from './errors.ts'
import { readMintKey, whoAmI } from './mint-key.ts'

export type ClientOptions = {
  /** What is asked with where the mint key is at hand; a token for a minute is made then. */
  role: Role
  /** Milliseconds until an answer is there. */
  deadline?: number
}

/** The cache of this checkout, with a token that is good for what is asked. */
export type CacheClient = {
  readonly url: string
  /** The document that answers, to a body by POST. Throws CLI_CACHE_AWAY and CLI_CACHE_REFUSED. */
  ask(path: string, body?: object): Promise<unknown>
  /** The same for an entry that may not be there. */
  find(hash: string): Promise<CacheAnswer>
}

export type CacheAnswer =
  { readonly found: true; readonly document: unknown } | { readonly found: false; readonly problem: Problem }

/** RFC 9457. */
export type Problem = {
  readonly code?: string
  readonly title?: string
  readonly detail?: string
  readonly absences?: unknown
}

type CacheContext = Pick<Context, 'root' | 'prefix' | 'env'>

/**
 * Finds the cache by mochi.json and the environment. Who has the mint key needs no token: one for a minute is made. Throws
 * CLI_CACHE_UNNAMED, CLI_CACHE_TOKEN_MISSING and what `readClientSettings` refuses.
 */
export async function findClient(
  context: CacheContext,
  { role, deadline = 10_000 }: ClientOptions,
): Promise<CacheClient> {
  const key = findCache(context.root, context.env)
  if (key === undefined) throw errors.CLI_CACHE_UNNAMED({})
  const { env, prefix } = context
  const settings = await readClientSettings(key, { env, prefix, uid: process.getuid?.() ?? 0 })
  if (settings.kind === 'refused') throw settings.error
  const url = new URL(key.url)
  const token = await findToken(context, settings, role)
  return {
    url: url.href,
    ask: (path, body) => ask(url, { path, token, body, deadline }),
    find: (hash) => find(url, { path: `v1/entries/${hash}`, token, deadline }),
  }
}

/** The same for somebody who waits for the answer: says on a terminal whom it asks, which may take its time. */
export async function findToldClient(
  context: CacheContext & Pick<Context, 'stderr'>,
  options: ClientOptions,
): Promise<CacheClient> {
  const client = await findClient(context, options)
  if (context.stderr.isTTY) context.stderr.write(`Asking ${client.url} …\n`)
  return client
}

/** A token that is given says who asks, also where the mint key is at hand: whoever tries what a reader may do sees just that. */
async function findToken(context: CacheContext, settings: Settings, role: Role): Promise<string> {
  if (settings.kind === 'on') return settings.token
  const minted = await readMintKey(context)
  if (minted.kind === 'read') return mintToken(minted.key, { role, writer: whoAmI(), hours: 1 / 60 })
  throw errors.CLI_CACHE_TOKEN_MISSING({ file: settings.kind === 'no-token' ? settings.file : '' })
}

type Question = { path: string; token: string; body?: object | undefined; deadline: number }

async function ask(base: URL, question: Question): Promise<unknown> {
  return documentOf(await exchange(base, question))
}

function documentOf({ status, url, base, document }: Exchange): unknown {
  if (status === 200 && document !== undefined) return document
  const { code = 'without a code', detail, title } = toProblem(document)
  throw errors.CLI_CACHE_REFUSED({ url, base, status, code, detail: detail ?? title ?? 'nothing more' })
}

async function find(base: URL, question: Question): Promise<CacheAnswer> {
  const answer = await exchange(base, question)
  const problem = toProblem(answer.document)
  if (answer.status === 404 && problem.code === 'CACHE_ENTRY_UNKNOWN') return { found: false, problem }
  return { found: true, document: documentOf(answer) }
}

type Exchange = { readonly url: string; readonly base: string; readonly status: number; readonly document: unknown }

async function exchange(base: URL, { path, ...rest }: Question): Promise<Exchange> {
  const url = new URL(path, base.href.endsWith('/') ? base : `${base.href}/`).href
  const response = await send(url, rest).catch((error: unknown) => {
    throw errors.CLI_CACHE_AWAY({ url: base.href, ...reasonOf(error, rest.deadline) }, { cause: error })
  })
  const document: unknown = await response.json().catch(() => undefined)
  return { url, base: base.href, status: response.status, document }
}

function toProblem(document: unknown): Problem {
  return typeof document === 'object' && document !== null ? document : {}
}

async function send(url: string, { token, body, deadline }: Omit<Question, 'path'>): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
  const post = {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { ...headers, 'content-type': 'application/json' },
  }
  const options = { redirect: 'error', signal: AbortSignal.timeout(deadline) } as const
  return await fetch(url, body === undefined ? { headers, ...options } : { ...post, ...options })
}

function reasonOf(error: unknown, deadline: number): { reason: string; isPlain: boolean } {
  const { message, name, cause } = error as Error
  if (name === 'TimeoutError') return { reason: `none within ${deadline / 1000} s`, isPlain: false }
  const { code, message: because = '' } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {}
  if (code !== undefined && NOT_TLS.includes(code))
    return { reason: 'a server that speaks http there, and no TLS', isPlain: true }
  return { reason: because === '' ? message : because, isPlain: false }
}

/** What OpenSSL makes of an answer that is no TLS. */
const NOT_TLS = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO']
