import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { replaceFile } from '@mochi/files'
import { refusal, sendRefusal } from '../refusal.ts'
import { isRead, KEY, passOn } from './pass-on.ts'
import type { Place } from './pass-on.ts'
import { WriterLock } from './writer-lock.ts'

const PATIENCE = 5_000
/** Milliseconds between two looks for a writer. */
const BETWEEN = 20

/** Milliseconds for which a writer may say nothing of a request. */
const SILENCE = 120_000
/** Milliseconds after which it is tried again to become the writer, where that failed. */
const PAUSE = 1_000

export type WriterOptions = {
  readonly data: string
  /** What to do first as the writer, before anything is written. */
  readonly onWriter: () => Promise<void>
  /** What to end last as the writer, before another process may write. */
  readonly onRelease?: () => Promise<void>
  /** Answers what another process passes on. */
  readonly answer: RequestListener
  /** Milliseconds for which a writer is waited for that is just starting or just ending. */
  readonly patience?: number
  /** Milliseconds for which a writer may say nothing of a request. */
  readonly silence?: number
  /** Hears why it could not become the writer, as on a full disk: it goes on as one of those that do not write. */
  readonly onFault: (error: unknown) => void
}

/**
 * Of all processes that have a data folder open one writes, and answers what needs writing for the others: they pass whole
 * requests on. In a swap the old process gives the lock away when it stops, and the new one takes it with the next request.
 */
export class Writer {
  readonly #options: WriterOptions
  readonly #lock: WriterLock
  #server: Server | undefined
  #becoming: Promise<boolean> | undefined
  /** Of `performance.now()`. */
  #notBefore = 0
  #isGone = false
  /** Whether it has gone and nobody follows. */
  #isLast = false

  constructor(options: WriterOptions) {
    this.#options = options
    this.#lock = new WriterLock(options.data)
  }

  get isWriter(): boolean {
    return this.#server !== undefined
  }

  /** Becomes the writer when no other process is. Never rejects. */
  async become(): Promise<boolean> {
    if (this.isWriter) return true
    if (this.#isGone || performance.now() < this.#notBefore) return false
    this.#becoming ??= this.#become().finally(() => {
      this.#becoming = undefined
    })
    return this.#becoming
  }

  /** Has a request answered by the writer; 503 when there is none for long, or none that could still come. */
  async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const until = performance.now() + (this.#options.patience ?? PATIENCE)
    while (performance.now() < until) {
      const answer = await this.#ask(request)
      if (typeof answer === 'object') {
        copy(answer, response)
        return
      }
      if (answer === 'broken' && !isRead(request)) break
      if (await this.become()) {
        this.#options.answer(request, response)
        return
      }
      if (this.#isLast || performance.now() < this.#notBefore) break
      await wait(BETWEEN)
    }
    sendRefusal(response, refusal(503, 'REGISTRY_NO_WRITER', 'the process that writes does not answer'))
  }

  /** Gives it away: another process may write from now on. Without a successor nobody is waited for. */
  async release({ hasSuccessor }: { readonly hasSuccessor: boolean }): Promise<void> {
    this.#isGone = true
    this.#isLast = !hasSuccessor
    await this.#becoming
    const server = this.#server
    this.#server = undefined
    if (server !== undefined) {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      await closed
    }
    await this.#options.onRelease?.()
    this.#lock.release()
  }

  async #become(): Promise<boolean> {
    try {
      if (!this.#lock.take()) return false
      await this.#options.onWriter()
      if (!this.#isGone) this.#server = await this.#open()
    } catch (error) {
      this.#lock.release()
      this.#notBefore = performance.now() + PAUSE
      this.#options.onFault(error)
    }
    return this.isWriter
  }

  /** Listens for what is passed on, and says where. */
  async #open(): Promise<Server> {
    const { data, answer } = this.#options
    const key = randomBytes(32).toString('base64url')
    const server = createServer((request, response) => {
      if (isSame(request.headers[KEY], key)) answer(request, response)
      else sendRefusal(response, refusal(403, 'REGISTRY_NOT_PASSED_ON', 'this port is for processes of the registry'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      await replaceFile(placeFile(data), JSON.stringify({ port, key } satisfies Place))
      return server
    } catch (error) {
      server.close()
      throw error
    }
  }

  async #ask(request: IncomingMessage): Promise<IncomingMessage | 'nobody' | 'broken'> {
    const { data, silence = SILENCE } = this.#options
    const place = await readPlace(data)
    return place === undefined ? 'nobody' : passOn(request, place, silence)
  }
}

function placeFile(data: string): string {
  return join(data, 'writer.json')
}

async function readPlace(data: string): Promise<Place | undefined> {
  try {
    return JSON.parse(await readFile(placeFile(data), 'utf8')) as Place
  } catch {
    return undefined
  }
}

function isSame(given: string | string[] | undefined, key: string): boolean {
  const bytes = Buffer.from(typeof given === 'string' ? given : '')
  return bytes.length === key.length && timingSafeEqual(bytes, Buffer.from(key))
}

function copy(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders)
  pipeline(answer, response, () => undefined)
}
