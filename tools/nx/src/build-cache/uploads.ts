import pLimit from 'p-limit'
import type { Clock } from './budget.ts'
import type { Held } from './bytes.ts'
import { CacheFault, describeFailure } from './fault.ts'
import type { Fault } from './fault.ts'
import type { Stored, Upstream } from './upstream.ts'
import { watchQuiet } from './watch-quiet.ts'

/** How many archives are sent at once. */
const AT_ONCE = 4

/** Of an archive nothing more leaves, and no answer comes, for so long: nobody is there any more. */
export const SILENCE_MS = 10_000

/** The same at the end of a run, where somebody waits. */
const SILENCE_AT_END_MS = 500

export type UploadsOptions = {
  readonly upstream: Pick<Upstream, 'put'>
  readonly clock: Clock
  /** Aborted with the first fault: then everything is given up. */
  readonly signal: AbortSignal
  readonly onFault: (fault: Fault) => void
}

type Upload = { readonly request: string; movedAt: number; readonly given: AbortController }

/**
 * Sends what is built while the run goes on: nobody waits for it but the end of the run, so it may take as long as it moves.
 */
export class Uploads {
  readonly #options: UploadsOptions
  readonly #limit = pLimit(AT_ONCE)
  readonly #running = new Set<Upload>()
  readonly #all = new Set<Promise<void>>()
  readonly #counts = { stored: 0, sent: 0 }
  #mayWrite: boolean
  #isOver = false

  constructor(options: UploadsOptions & { mayWrite: boolean }) {
    this.#options = options
    this.#mayWrite = options.mayWrite
  }

  /** False as soon as the cache has said that this token writes nothing. */
  get mayWrite(): boolean {
    return this.#mayWrite
  }

  get counts(): { readonly stored: number; readonly sent: number } {
    return this.#counts
  }

  get isIdle(): boolean {
    return this.#all.size === 0
  }

  add(hash: string, archive: Held): void {
    const upload = this.#limit(() => this.#send(hash, archive)).finally(() => this.#all.delete(upload))
    this.#all.add(upload)
  }

  /** Resolves when all is sent, or after `ms`, when what still moves is given up and what does not is a fault. */
  async drain(ms: number): Promise<void> {
    const { clock, signal } = this.#options
    const over = Promise.withResolvers<undefined>()
    const stop = (): void => over.resolve(undefined)
    using _timer = clock.setTimeout(stop, ms)
    signal.addEventListener('abort', stop, { once: true })
    await Promise.race([Promise.all(this.#all), over.promise])
    signal.removeEventListener('abort', stop)
    this.#isOver = true
    const now = clock.monotonic()
    const silent = [...this.#running].find(({ movedAt }) => now - movedAt >= SILENCE_AT_END_MS)
    if (silent !== undefined) {
      const found = `no answer within ${Math.round(now - silent.movedAt)} ms`
      this.#options.onFault({ request: silent.request, found })
    }
    const given = [...this.#running]
    this.#running.clear()
    for (const upload of given) upload.given.abort(new CacheFault('the end of the run'))
  }

  async #send(hash: string, archive: Held): Promise<void> {
    using _archive = archive
    const { clock, signal, upstream, onFault } = this.#options
    if (signal.aborted || this.#isOver || !this.#mayWrite) return
    const given = new AbortController()
    const upload: Upload = { request: `PUT /v1/cache/${hash}`, movedAt: clock.monotonic(), given }
    this.#running.add(upload)
    using watch = watchQuiet(clock, SILENCE_MS, () => given.abort(new CacheFault(`no answer within ${SILENCE_MS} ms`)))
    const onProgress = (): void => {
      upload.movedAt = clock.monotonic()
      watch.restart()
    }
    const ended = AbortSignal.any([signal, given.signal])
    try {
      const stored = await raceAbort(upstream.put(hash, archive, { signal: ended, onProgress }), ended)
      this.#count(stored, archive.length)
    } catch (error) {
      if (this.#running.has(upload)) onFault({ request: upload.request, found: describeFailure(error) })
    } finally {
      this.#running.delete(upload)
    }
  }

  #count(stored: Stored, bytes: number): void {
    if (stored === 'forbidden') this.#mayWrite = false
    if (stored !== 'stored') return
    this.#counts.stored++
    this.#counts.sent += bytes
  }
}

/** Rejects as soon as the signal is aborted, whatever becomes of the promise. */
async function raceAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>()
  const stop = (): void => aborted.reject(signal.reason as Error)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
