import { mintToken } from '@mochi/build-cache'
import type { TokenWish } from '@mochi/build-cache'
import { createArchive } from '@mochi/build-cache/testing'
import { readConfig } from '@mochi/service'
import type { StopOptions } from '@mochi/service'
import { createFolder } from '@mochi/testing'
import { createApp } from './app.ts'
import type { AppParts } from './app.ts'
import { configSchema } from './config.ts'

export const MINT_KEY = 'the mint key of a test, long enough'

export type CacheOptions = AppParts & {
  /** Variables beside those of the folder and the port. */
  environment?: Readonly<Record<string, string>>
  secrets?: Readonly<Record<string, string>>
  /** Default: a folder of its own, gone at the end. */
  folder?: string
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
  readonly json: () => Record<string, unknown>
}

/** A cache that serves on a free port; stopped at the end of the block. */
export async function startCache({ environment, secrets, folder, ...parts }: CacheOptions = {}) {
  const own = await createFolder()
  const data = folder ?? own.join('data')
  const variables = { CACHE_DATA: data, CACHE_PORT: '0', CACHE_LOG_LEVEL: 'silent', ...environment }
  const service = createApp(readConfig(configSchema, variables, { mintKey: MINT_KEY, ...secrets }), parts)
  const running = await service.start({ flavor: 'prod' })
  const state: { stopped?: Promise<unknown> } = {}
  const stop = (options: StopOptions = {}): Promise<unknown> =>
    (state.stopped ??= running.stop({ idleGrace: 0, deadline: 1_000, ...options }))
  return {
    ...createClient(running.url, parts.now),
    service,
    data,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop()
      await own[Symbol.asyncDispose]()
    },
  }
}

/** What tests ask of a cache, wherever it runs. */
export function createClient(url: string, now: () => number = Date.now) {
  const token = (wish: Partial<TokenWish> = {}, key = MINT_KEY): Promise<string> =>
    mintToken(key, { role: 'main', writer: 'ci of main', hours: 8, ...wish }, new Date(now()))
  const tokens = {
    main: token(),
    reader: token({ role: 'reader', writer: 'ann' }),
    admin: token({ role: 'admin', writer: 'root' }),
    a: token({ role: 'branch', branch: 'a', writer: 'ci of a' }),
    b: token({ role: 'branch', branch: 'b', writer: 'ci of b' }),
  }
  const ask = async (
    method: string,
    path: string,
    { as = 'main', body, headers, signal }: Asking = {},
  ): Promise<Answer> => {
    const bearer = as in tokens ? await tokens[as as keyof typeof tokens] : as
    const authorization: Record<string, string> = bearer === '' ? {} : { authorization: `Bearer ${bearer}` }
    const isText = typeof body === 'string'
    const type: Record<string, string> =
      body === undefined ? {} : { 'content-type': isText ? 'application/json' : 'application/octet-stream' }
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...authorization, ...type, ...headers },
      ...(body === undefined ? {} : { body: isText ? body : new Uint8Array(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const json = () => JSON.parse(bytes.toString('utf8')) as Record<string, unknown>
    return { status: response.status, headers: response.headers, body: bytes, json }
  }
  return {
    url,
    ask,
    token,
    tokens,
    get: (hash: string | number, as = 'main') => ask('GET', `/v1/cache/${hash}`, { as }),
    put: (hash: string | number, as = 'main', body: Buffer = archiveOf(String(hash))) =>
      ask('PUT', `/v1/cache/${hash}`, { as, body }),
    post: (path: string, body: unknown, as = 'main') => ask('POST', path, { as, body: JSON.stringify(body) }),
  }
}

type Asking = {
  /** A name of `tokens`, or a token; '': none. */
  as?: string
  body?: string | Buffer
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal
}

export type TestCache = Awaited<ReturnType<typeof startCache>>

/** Another archive for each text. */
export function archiveOf(text: string): Buffer {
  return createArchive({ 'dist/main.js': text })
}

/** One of about that many bytes, which no compression makes smaller. */
export function largeArchive(bytes: number, seed = 1): Buffer {
  const key = `${bytes} ${seed}`
  const made = archives.get(key) ?? makeLarge(bytes, seed)
  archives.set(key, made)
  return made
}

const archives = new Map<string, Buffer>()

function makeLarge(bytes: number, seed: number): Buffer {
  const noise = Buffer.alloc(bytes)
  let state = seed
  for (let at = 0; at + 4 <= bytes; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    noise.writeUInt32LE((state ^ (state >>> 13)) >>> 0, at)
  }
  return createArchive([{ name: 'dist/noise', body: noise }])
}
