import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createServer, request as ask } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { refusal, sendRefusal } from '../refusal.ts'
import { WriterLock } from './writer-lock.ts'

const PATIENCE = 5_000
/** Milliseconds between two looks for a writer. */
const BETWEEN = 20

/** By which the writer knows that a request comes from who can read the data folder. */
const KEY = 'x-mochi-writer-key'

/** Where the writer is. */
type Place = { readonly port: number; readonly key: string }

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

  /** Becomes the writer when no other process is. */
  async become(): Promise<boolean> {
    if (this.isWriter) return true
    if (this.#isGone) return false
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
      if (answer !== undefined) {
        copy(answer, response)
        return
      }
      if (await this.become()) {
        this.#options.answer(request, response)
        return
      }
      if (this.#isLast) break
      await wait(BETWEEN)
    }
    sendRefusal(response, refusal(503, 'REGISTRY_NO_WRITER', 'the process that writes does not answer'))
  }

  /** Gives it away: another process may write from now on. Without a successor nobody is waited for. */
  async release({ hasSuccessor }: { readonly hasSuccessor: boolean }): Promise<void> {
    this.#isGone = true
    this.#isLast = !hasSuccessor
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
    if (!this.#lock.take()) return false
    const { data, onWriter, answer } = this.#options
    await onWriter()
    const key = randomBytes(32).toString('base64url')
    const server = createServer((request, response) => {
      if (isSame(request.headers[KEY], key)) answer(request, response)
      else sendRefusal(response, refusal(403, 'REGISTRY_NOT_PASSED_ON', 'this port is for processes of the registry'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    await writePlace(data, { port: (server.address() as AddressInfo).port, key })
    this.#server = server
    return true
  }

  /** Undefined when nobody listens there. Only a request whose body has not been read yet can be passed on. */
  async #ask(request: IncomingMessage): Promise<IncomingMessage | undefined> {
    const place = await readPlace(this.#options.data)
    if (place === undefined) return undefined
    const { method, url: path, rawHeaders } = request
    const headers = [...rawHeaders, KEY, place.key]
    return new Promise((resolve, reject) => {
      const passed = ask({ host: '127.0.0.1', port: place.port, method, path, headers, agent: false })
      passed.once('response', resolve)
      passed.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') resolve(undefined)
        else reject(error)
      })
      passed.once('socket', (socket) => {
        socket.once('connect', () => pipeline(request, passed, () => undefined))
      })
    })
  }
}

function placeFile(data: string): string {
  return join(data, 'writer.json')
}

async function writePlace(data: string, place: Place): Promise<void> {
  const file = placeFile(data)
  await writeFile(`${file}.new`, JSON.stringify(place), { mode: 0o600 })
  await rename(`${file}.new`, file)
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
