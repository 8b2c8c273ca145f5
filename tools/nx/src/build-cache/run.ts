import pLimit from 'p-limit'
import type { Account } from './account.ts'
import type { Clock } from './budget.ts'
import { createLosses } from './budget.ts'
import type { Held } from './bytes.ts'
import { Comparison } from './comparison.ts'
import type { ComparisonOptions } from './comparison.ts'
import { CacheFault, describeFailure } from './fault.ts'
import type { Fault } from './fault.ts'
import { splitResults } from './results.ts'
import type { Results } from './results.ts'
import { sendWithin } from './send-within.ts'
import { Uploads } from './uploads.ts'
import type { Found, Sending, Upstream } from './upstream.ts'

/** What a run may lose by its cache in all; the rule is in docs/decisions/nx-asks-a-relay.md. */
export const BUDGET_MS = 2_000

/** Of which look-ups may lose so much: the rest is for what is to be sent at the end. */
export const LOOK_UPS_MS = 1_500

/** The longest that one look-up is waited for. */
export const LONGEST_MS = 1_000

/** What an archive may take on its way before that is lost too, and what it may take longer for each byte: 4 MB a second. */
export const USUAL_MS = 250
const USUAL_MS_PER_BYTE = 1 / 4_000

/** How many look-ups are with the cache at once; what waits here loses no time. */
const AT_ONCE = 16

export type RunOptions = {
  readonly upstream: Upstream
  readonly clock: Clock
  /** False for a token that only reads; one that says nothing about itself is tried. */
  readonly mayWrite: boolean
  readonly compare: ComparisonOptions
}

/** The state of one run's cache, between Nx and the shared cache. */
export type CacheRun = {
  /** Exchanges the token of a CI for one that lasts as long as the run. Never rejects. */
  begin(): Promise<void>
  /** The verified archive, to be disposed of, or undefined for a miss; every fault is one. Never rejects. */
  get(hash: string): Promise<Held | undefined>
  /** Takes the archive over. The status for Nx: one of those that it takes as harmless. Never rejects. */
  put(hash: string, archive: Held): Promise<200 | 403 | 409>
  /** Reports the results and ends the run. Never rejects. */
  finish(results: Results): Promise<Account>
  /** Nobody is asked any more, and what waits for an answer has none. */
  fail(fault: Fault): void
}

export function createRun(options: RunOptions): CacheRun {
  return new Run(options)
}

class Run implements CacheRun {
  readonly #options: RunOptions
  readonly #losses = createLosses()
  /** Open means used up: aborted once, with the first fault, for the rest of the run. */
  readonly #breaker = new AbortController()
  readonly #limit = pLimit(AT_ONCE)
  readonly #comparison: Comparison
  readonly #uploads: Uploads
  readonly #counts = { hits: 0, misses: 0, received: 0 }
  #fault: Fault | undefined

  constructor(options: RunOptions) {
    this.#options = options
    this.#comparison = new Comparison(options.compare)
    this.#uploads = new Uploads({ ...options, signal: this.#breaker.signal, onFault: (fault) => this.fail(fault) })
  }

  async begin(): Promise<void> {
    const { upstream } = this.#options
    await this.#lookUp('POST /v1/token', async (sending) => {
      await upstream.exchangeToken(sending)
      return undefined
    })
  }

  async get(hash: string): Promise<Held | undefined> {
    const found = await this.#limit(() => this.#find(hash))
    if (found?.kind !== 'hit' || this.#comparison.choose(hash, found)) {
      if (found?.kind === 'hit') found.body[Symbol.dispose]()
      this.#counts.misses++
      return undefined
    }
    this.#counts.hits++
    this.#counts.received += found.body.length
    return found.body
  }

  async put(hash: string, archive: Held): Promise<200 | 403 | 409> {
    if (!this.#comparison.isChosen(hash) && this.#uploads.mayWrite && !this.#breaker.signal.aborted) {
      this.#uploads.add(hash, archive)
      return 200
    }
    using _archive = archive
    return await this.#comparison.compare(hash, archive)
  }

  async finish(results: Results): Promise<Account> {
    const { upstream, clock } = this.#options
    const from = clock.monotonic()
    const left = (): number => BUDGET_MS - this.#losses.totalAt(clock.monotonic())
    {
      using _wait = this.#losses.wait(from)
      if (!this.#uploads.isIdle) await this.#uploads.drain(left())
      await this.#report(results, left)
    }
    this.#losses.add(from, clock.monotonic())
    upstream.close()
    const { received, ...counts } = this.#counts
    const { stored, sent } = this.#uploads.counts
    return {
      ...counts,
      ...this.#comparison.outcome,
      stored,
      bytes: { received, sent },
      lostMs: Math.round(this.#losses.total),
      fault: this.#fault,
    }
  }

  fail(fault: Fault): void {
    this.#fault ??= fault
    this.#breaker.abort(new CacheFault(fault.found))
  }

  async #report(results: Results, left: () => number): Promise<void> {
    const { upstream, clock } = this.#options
    const { signal } = this.#breaker
    for (const piece of splitResults(results)) {
      if (!this.#uploads.mayWrite || signal.aborted || left() <= 0) return
      try {
        await sendWithin({ clock, signal, ms: left() }, ({ signal }) => upstream.sendResults(piece, { signal }))
      } catch (error) {
        this.fail({ request: 'POST /v1/results', found: describeFailure(error) })
      }
    }
  }

  async #find(hash: string): Promise<Found | undefined> {
    const { upstream } = this.#options
    return await this.#lookUp(`GET /v1/cache/${hash}`, async (sending) => {
      const answer = await upstream.get(hash, sending)
      if (answer.kind === 'hit' && sending.signal.aborted) answer.body[Symbol.dispose]()
      return answer
    })
  }

  /** Undefined once there was a fault or the time for look-ups is over, without asking anybody. */
  async #lookUp<Answer extends Found | undefined>(
    request: string,
    send: (sending: Sending) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const { clock } = this.#options
    const { signal } = this.#breaker
    const from = clock.monotonic()
    const ms = Math.min(LONGEST_MS, LOOK_UPS_MS - this.#losses.totalAt(from))
    if (signal.aborted || ms < 1) return undefined
    using _wait = this.#losses.wait(from)
    let answer: Answer | undefined
    try {
      answer = await sendWithin({ clock, ms, signal, isShort: ms < LONGEST_MS }, send)
      return answer
    } catch (error) {
      this.fail({ request, found: describeFailure(error) })
      return undefined
    } finally {
      this.#losses.add(from + usualMs(answer), clock.monotonic())
      const lost = this.#losses.total
      if (lost > LOOK_UPS_MS - 1)
        this.#fault ??= { request, found: `look-ups that took ${Math.round(lost)} ms and brought nothing` }
    }
  }
}

function usualMs(answer: Found | undefined): number {
  return answer?.kind === 'hit' ? USUAL_MS + answer.body.length * USUAL_MS_PER_BYTE : 0
}
