import type { MochiError } from '@mochi/errors'
import type { Found } from './answer.ts'
import { askServers } from './ask-servers.ts'
import { Cache } from './cache.ts'
import type { Entry } from './cache.ts'
import { deadline, systemClock, systemRandom } from './capabilities.ts'
import type { Clock, RandomInteger } from './capabilities.ts'
import type { KnownType } from './codes.ts'
import { errors } from './errors.ts'
import type { Question } from './message.ts'
import { nameKey, normalizeName } from './names.ts'
import type { RecordOf } from './records.ts'
import { checkServers, formatServer } from './servers.ts'
import type { Server } from './servers.ts'
import { transferZone } from './transfer.ts'
import type { Transfer, TransferOptions } from './transfer.ts'
import { sendUpdate } from './send-update.ts'
import type { Updated, UpdateOptions } from './send-update.ts'

export type ClientOptions = {
  /** Asked in this order; the one that answered last is asked first. */
  readonly servers: readonly Server[]
  /** For all of an answer, in milliseconds. */
  readonly deadlineMs?: number
  /** How long the first datagram is waited for; each round waits twice as long. */
  readonly tryMs?: number
  /** How often each server is asked. */
  readonly tries?: number
  /** The longest datagram that is taken; what is longer comes by TCP. */
  readonly payloadSize?: number
  /** How old the last known good answer may be that is given when all servers fail. */
  readonly staleMs?: number
  /** After all servers failed, how long that is believed. */
  readonly retryAfterMs?: number
  /** The size of the cache: one for each answer and for each record of it. */
  readonly cacheRecords?: number
  readonly clock?: Clock
  readonly random?: RandomInteger
}

/** What is known of a name and a type. */
export type Answer<Type extends KnownType = KnownType> = {
  /** `no-data`: the name has records of other types only; `no-name`: it does not exist. */
  readonly status: 'found' | 'no-data' | 'no-name'
  /** Their names are in lower case. */
  readonly records: readonly RecordOf<Type>[]
  /** Who said so, as address:port. */
  readonly server: string
  /** How long ago, in milliseconds. */
  readonly ageMs: number
  /** Older than its time to live: the last known good answer, because all servers failed as `failure` says. */
  readonly stale: boolean
  readonly failure: MochiError | undefined
}

export type ResolveOptions = {
  /** Asks the servers even when the cache has an answer. */
  readonly fresh?: boolean
  /** The caller no longer waits; others who asked the same still do. */
  readonly signal?: AbortSignal
}

export type DnsClient = Disposable & {
  /**
   * Records of a name. Rejects with `DNS_NO_ANSWER` when all servers fail and nothing is known from before, with
   * `DNS_NAME_INVALID`, and with the reason of the signal. That a name does not exist is an answer.
   */
  resolve<Type extends KnownType>(name: string, type: Type, options?: ResolveOptions): Promise<Answer<Type>>
  /** What the cache has within its time to live, at once; no server is asked. */
  cached<Type extends KnownType>(name: string, type: Type): Answer<Type> | undefined
  /** Changes a zone (RFC 2136). See `UpdateOptions` for what it rejects with. */
  update(options: UpdateOptions): Promise<Updated>
  /** All records of a zone (AXFR, RFC 5936). See `TransferOptions`. */
  transfer(options: TransferOptions): Promise<Transfer>
}

const DEFAULTS = {
  deadlineMs: 3000,
  tryMs: 400,
  tries: 3,
  payloadSize: 1232,
  staleMs: 24 * 3_600_000,
  retryAfterMs: 1000,
  cacheRecords: 20_000,
  clock: systemClock,
  random: systemRandom,
}

/** A client of these servers. Throws `DNS_SERVER_INVALID`. Disposing it ends what is under way. */
export function createDnsClient(options: ClientOptions): DnsClient {
  checkServers(options.servers)
  return new Client({ ...DEFAULTS, ...options })
}

class Client implements DnsClient {
  readonly #options: Required<ClientOptions>
  readonly #cache: Cache
  readonly #underWay = new Map<string, Promise<Answer>>()
  readonly #closing = new AbortController()
  #servers: readonly Server[]

  constructor(options: Required<ClientOptions>) {
    this.#options = options
    this.#cache = new Cache(options.cacheRecords)
    this.#servers = options.servers
  }

  cached<Type extends KnownType>(name: string, type: Type): Answer<Type> | undefined {
    const known = this.#cache.get(keyOf(name, type))?.known
    const now = this.#options.clock.monotonic()
    if (known === undefined || known.until <= now) return undefined
    return answerOf<Type>(known, now)
  }

  async resolve<Type extends KnownType>(name: string, type: Type, options: ResolveOptions = {}): Promise<Answer<Type>> {
    const { fresh = false, signal } = options
    signal?.throwIfAborted()
    const cached = fresh ? undefined : this.cached(name, type)
    if (cached !== undefined) return cached
    const question: Question = { name: nameKey(normalizeName(name)), type, class: 'IN' }
    const key = keyOf(question.name, type)
    const asking = this.#underWay.get(key) ?? this.#ask(key, question, fresh)
    return (await untilAborted(asking, signal)) as Answer<never>
  }

  async update(options: UpdateOptions): Promise<Updated> {
    using time = deadline(this.#options.clock, options.deadlineMs ?? this.#options.deadlineMs, this.#closing.signal)
    return await sendUpdate(options, { ...this.#options, servers: this.#servers, signal: time.signal })
  }

  async transfer(options: TransferOptions): Promise<Transfer> {
    using time = deadline(this.#options.clock, options.deadlineMs ?? 30_000, this.#closing.signal)
    return await transferZone(options, { ...this.#options, servers: this.#servers, signal: time.signal })
  }

  [Symbol.dispose](): void {
    this.#closing.abort()
  }

  /** Also a question that was not fresh takes the answer of one under way. */
  #ask(key: string, question: Question, fresh: boolean): Promise<Answer> {
    const entry = this.#cache.get(key) ?? {}
    const now = this.#options.clock.monotonic()
    const { failed } = entry
    if (!fresh && failed !== undefined && failed.until > now)
      return Promise.try(() => this.#lastKnown(entry, failed.error))
    const asking = this.#askServers(key, question).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, asking)
    return asking
  }

  async #askServers(key: string, question: Question): Promise<Answer> {
    const { clock, deadlineMs, retryAfterMs } = this.#options
    const begin = clock.monotonic()
    using time = deadline(clock, deadlineMs, this.#closing.signal)
    const asked = await askServers(question, { ...this.#options, servers: this.#servers, signal: time.signal })
    const now = clock.monotonic()
    if ('found' in asked) {
      this.#prefer(asked.server)
      return answerOf(this.#keep(key, asked.found, formatServer(asked.server)), now)
    }
    const error = errors.DNS_NO_ANSWER({
      question,
      attempts: asked.attempts,
      servers: this.#servers.map(formatServer),
      ms: Math.round(now - begin),
    })
    const entry = { ...this.#cache.get(key), failed: { error, until: now + retryAfterMs } }
    this.#cache.set(key, entry)
    return this.#lastKnown(entry, error)
  }

  #keep(key: string, found: Found, server: string) {
    const at = this.#options.clock.monotonic()
    const known = { found, server, at, until: at + found.ttl * 1000 }
    this.#cache.set(key, { known })
    return known
  }

  #lastKnown({ known }: Entry, error: MochiError): Answer {
    const now = this.#options.clock.monotonic()
    if (known === undefined || now - known.at > this.#options.staleMs) throw error
    return { ...answerOf(known, now), stale: now >= known.until, failure: error }
  }

  #prefer(server: Server): void {
    this.#servers = [server, ...this.#options.servers.filter((other) => other !== server)]
  }
}

function keyOf(name: string, type: KnownType): string {
  return `${type} ${nameKey(name.endsWith('.') ? name.slice(0, -1) : name)}`
}

/** The records are of the type that was asked for: the key says so. */
function answerOf<Type extends KnownType>(
  { found, server, at }: NonNullable<Entry['known']>,
  now: number,
): Answer<Type> {
  const records = found.records as readonly never[]
  return { status: found.status, records, server, ageMs: now - at, stale: false, failure: undefined }
}

/** The first of both. Whoever leaves takes nothing from the others. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return await promise
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    promise.catch(() => undefined)
  }
}
