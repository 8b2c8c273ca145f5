import { randomBytes } from 'node:crypto'
import type { Worker, WorkerOptions as ThreadOptions } from 'node:worker_threads'
import { redact } from '@mochi/errors'
import type { Log } from './repair.ts'
import type { CompanyRules } from './server.ts'
import { THREAD, workerFile } from './worker.ts'
import type { WorkerMessage, WorkerOptions } from './worker.ts'

/** How to reach the thread: nobody else knows the secret. */
export type Reachable = { readonly port: number; readonly secret: string }

/**
 * idle -> starting -> running -> idle, when the thread ends by itself; closed from any of them, for good. After a start that
 * failed it stays idle for a while, so that many requests do not start many.
 */
type State =
  | { readonly kind: 'idle'; readonly notBefore: number }
  | { readonly kind: 'starting' | 'running'; readonly worker: Worker; readonly reachable: Promise<Reachable> }
  | { readonly kind: 'closed' }

/** Milliseconds. */
const PAUSE = 1_000

/** Megabytes of the thread's new objects: it would take 25 MB more for them than it needs. */
const YOUNG = 6

export type StartThread = (file: URL, options: ThreadOptions) => Worker

export type ThreadParts = {
  readonly folder: string
  readonly rules: CompanyRules
  readonly log: Log
  readonly now: () => number
  readonly startThread: StartThread
}

/** The thread in which Verdaccio runs, started when it is first asked for and again after it has crashed. */
export class CompanyThread {
  readonly #parts: ThreadParts
  #state: State = { kind: 'idle', notBefore: 0 }

  constructor(parts: ThreadParts) {
    this.#parts = parts
  }

  /** Rejects when it cannot be started, or could not a moment ago. */
  async reach(): Promise<Reachable> {
    const state = this.#state
    if (state.kind === 'closed') throw new Error('it is closed')
    if (state.kind !== 'idle') return state.reachable
    if (this.#parts.now() < state.notBefore) throw new Error('it did not start a moment ago')
    return this.#start()
  }

  /** Resolves when the thread has ended. What it was doing is put right by the next start. */
  async close(): Promise<void> {
    const state = this.#state
    this.#state = { kind: 'closed' }
    if (state.kind === 'starting' || state.kind === 'running') await state.worker.terminate()
  }

  #start(): Promise<Reachable> {
    const { folder, rules, log, startThread } = this.#parts
    const secret = randomBytes(32).toString('base64url')
    const options: WorkerOptions = { thread: THREAD, folder, rules, secret }
    // Of the environment it needs nothing, and Verdaccio would take what it finds there.
    const worker = startThread(workerFile, {
      workerData: options,
      env: { NODE_ENV: 'production' },
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
      stdout: true,
      stderr: true,
    })
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.on('data', (text: Buffer) => log('debug', redact(`company: ${text.toString().trim()}`)))
    }
    const reachable = this.#listen(worker, secret)
    this.#state = { kind: 'starting', worker, reachable }
    return reachable
  }

  async #listen(worker: Worker, secret: string): Promise<Reachable> {
    const { log, now } = this.#parts
    const { promise, resolve, reject } = Promise.withResolvers<Reachable>()
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'log') log(message.level, redact(message.message))
      else resolve({ port: message.port, secret })
    })
    worker.on('error', (error: unknown) => {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
      log('error', redact(`the thread of the company's packages failed: ${why}`))
    })
    worker.once('exit', () => {
      const hasStarted = this.#state.kind === 'running'
      if (this.#state.kind !== 'closed') this.#state = { kind: 'idle', notBefore: hasStarted ? 0 : now() + PAUSE }
      reject(new Error('its thread has ended'))
    })
    const reachable = await promise
    this.#state = { kind: 'running', worker, reachable: promise }
    return reachable
  }
}
