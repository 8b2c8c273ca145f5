import type { Bytes } from './bytes.ts'
import type { Budget, Clock } from './budget.ts'
import { createBudget } from './budget.ts'
import { CacheFault, describeFailure } from './fault.ts'
import type { Fault } from './fault.ts'
import type { Results } from './results.ts'
import { createSlots } from './slots.ts'
import type { Hit, Stored, Upstream } from './upstream.ts'

/** What a run may lose by its cache in all. */
export const BUDGET_MS = 2_000

/** What an answer that brings nothing may take before it counts as lost: the way to a cache far away and back. */
export const USUAL_MS = 250

/** What it may take longer for each byte that is sent: 4 MB a second. */
const USUAL_MS_PER_BYTE = 1 / 4_000

/** How many requests are with the cache at once; what waits here loses no time of the budget. */
const AT_ONCE = 16

/** A target of which the same inputs gave other outputs. */
export type Difference = {
  readonly task: string
  readonly hash: string
  readonly stored: { readonly contents: string; readonly writer: string; readonly written: string }
  readonly built: { readonly contents: string }
}

/** What the cache did in a run. */
export type Account = {
  readonly hits: number
  readonly misses: number
  /** Shared hits that were built again and compared. */
  readonly compared: number
  readonly stored: number
  /** Bytes that came and that were stored. */
  readonly bytes: { readonly received: number; readonly sent: number }
  readonly lostMs: number
  readonly fault: Fault | undefined
  readonly differences: readonly Difference[]
}

export type RunOptions = {
  readonly upstream: Upstream
  readonly clock: Clock
  /** False for a token that only reads; one that says nothing about itself is tried. */
  readonly mayWrite: boolean
  /** 1 in so many shared hits of these targets is built again; 0: none. */
  readonly compare: { readonly oneIn: number; readonly targets: readonly string[]; readonly random: () => number }
  /** The digest of an archive's outputs. */
  readonly inspect: (archive: Bytes) => Promise<string>
}

/** The state of one run's cache, between Nx and the shared cache. */
export type CacheRun = {
  /** Exchanges the token of a CI for one that lasts as long as the run. Never rejects. */
  begin(): Promise<void>
  /** The verified archive, or undefined for a miss; every fault is one. Never rejects. */
  get(hash: string): Promise<Bytes | undefined>
  /** The status for Nx: one of those that it takes as harmless. Never rejects. */
  put(hash: string, archive: Bytes): Promise<200 | 403 | 409>
  /** Reports the results and ends the run. Never rejects. */
  finish(results: Results): Promise<Account>
}

export function createRun(options: RunOptions): CacheRun {
  return new Run(options)
}

class Run implements CacheRun {
  readonly #options: RunOptions
  readonly #budget: Budget = createBudget(BUDGET_MS)
  /** Open means used up: aborted once, with the first fault, for the rest of the run. */
  readonly #breaker = new AbortController()
  readonly #slots = createSlots(AT_ONCE)
  readonly #comparing = new Map<string, Hit & { contents: string; task: string }>()
  readonly #differences: Difference[] = []
  readonly #counts = { hits: 0, misses: 0, compared: 0, stored: 0, received: 0, sent: 0 }
  #mayWrite: boolean
  #fault: Fault | undefined

  constructor(options: RunOptions) {
    this.#options = options
    this.#mayWrite = options.mayWrite
  }

  async begin(): Promise<void> {
    const { upstream } = this.#options
    await this.#attempt('POST /v1/token', { send: (signal) => upstream.exchangeToken(signal), isGain: () => false })
  }

  async get(hash: string): Promise<Bytes | undefined> {
    const { upstream } = this.#options
    const found = await this.#attempt(`GET /v1/cache/${hash}`, {
      send: (signal) => upstream.get(hash, signal),
      isGain: ({ kind }) => kind === 'hit',
    })
    if (found?.kind !== 'hit' || this.#isChosen(hash, found)) {
      this.#counts.misses++
      return undefined
    }
    this.#counts.hits++
    this.#counts.received += found.body.length
    return found.body
  }

  async put(hash: string, archive: Bytes): Promise<200 | 403 | 409> {
    const stored = this.#comparing.get(hash)
    if (stored !== undefined) return await this.#compare(stored, { hash, archive })
    if (!this.#mayWrite) return 403
    const { upstream } = this.#options
    const result = await this.#attempt(`PUT /v1/cache/${hash}`, {
      send: (signal) => upstream.put(hash, archive, signal),
      isGain: () => false,
      bytes: archive.length,
    })
    return this.#statusOf(result, archive.length)
  }

  async finish(results: Results): Promise<Account> {
    const { upstream } = this.#options
    if (this.#mayWrite && results.tasks.length > 0) {
      await this.#attempt('POST /v1/results', {
        send: (signal) => upstream.sendResults(results, signal),
        isGain: () => false,
      })
    }
    upstream.close()
    const { received, sent, ...counts } = this.#counts
    return {
      ...counts,
      bytes: { received, sent },
      lostMs: Math.round(this.#budget.spent),
      fault: this.#fault,
      differences: this.#differences,
    }
  }

  /**
   * Undefined once there was a fault, without asking anybody. The deadline is what is left of the budget: of a request that
   * fails every moment is lost; of one that is answered and brings nothing, what it took longer than usual.
   */
  async #attempt<Answer>(request: string, { send, isGain, bytes = 0 }: Attempt<Answer>): Promise<Answer | undefined> {
    using _slot = await this.#slots.take()
    const { signal } = this.#breaker
    if (signal.aborted) return undefined
    const { clock } = this.#options
    const from = clock.monotonic()
    const left = this.#budget.remaining
    const late = () => this.#open({ request, found: `no whole answer within ${Math.round(left)} ms` })
    try {
      using _deadline = clock.setTimeout(late, left)
      const answer = await raceAbort(send(signal), signal)
      const usual = isGain(answer) ? Infinity : USUAL_MS + bytes * USUAL_MS_PER_BYTE
      this.#budget.spend(from + usual, clock.monotonic())
      if (this.#budget.remaining === 0) this.#open({ request, found: 'answers that are too slow to gain by them' })
      return answer
    } catch (error) {
      this.#budget.spend(from, clock.monotonic())
      this.#open({ request, found: describeFailure(error) })
      return undefined
    }
  }

  #open(fault: Fault): void {
    this.#fault ??= fault
    this.#breaker.abort(new CacheFault(fault.found))
  }

  #isChosen(hash: string, hit: Hit): boolean {
    const { oneIn, targets, random } = this.#options.compare
    const { contents, task } = hit
    if (oneIn === 0 || contents === undefined || task === undefined) return false
    if (!targets.includes(task.split(':')[1] ?? '') || random() >= 1 / oneIn) return false
    this.#comparing.set(hash, { ...hit, contents, task })
    return true
  }

  /** What is there stays: entries are written once. */
  async #compare(
    stored: Hit & { contents: string; task: string },
    { hash, archive }: { hash: string; archive: Bytes },
  ): Promise<403 | 409> {
    this.#comparing.delete(hash)
    try {
      const contents = await this.#options.inspect(archive)
      this.#counts.compared++
      const { task, writer, written } = stored
      if (contents !== stored.contents) {
        this.#differences.push({
          task,
          hash,
          stored: { contents: stored.contents, writer, written },
          built: { contents },
        })
      }
      return 409
    } catch {
      return 403
    }
  }

  #statusOf(result: Stored | undefined, bytes: number): 200 | 403 | 409 {
    if (result === 'forbidden') this.#mayWrite = false
    if (result === 'present') return 409
    if (result !== 'stored') return 403
    this.#counts.stored++
    this.#counts.sent += bytes
    return 200
  }
}

type Attempt<Answer> = {
  send: (signal: AbortSignal) => Promise<Answer>
  isGain: (answer: Answer) => boolean
  bytes?: number
}

/** Rejects as soon as the signal is aborted, whatever becomes of the promise. */
async function raceAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
