import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { endWith, Held, readBytes, toBytes } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { RELAY_PATH } from './relay-path.ts'
import type { Room } from './room.ts'
import type { CacheRun } from './run.ts'

/** Where Nx finds the cache for one run: a path that nobody guesses, and a token that is good for nothing else. */
export type Opened = { readonly url: string; readonly token: string }

/** What Nx may ask of a run. */
export type Relayed = Pick<CacheRun, 'get' | 'put'>

/** A server on loopback that speaks Nx's remote cache protocol for any number of runs, each below a path of its own. */
export type Relay = AsyncDisposable & {
  open(run: Relayed): Opened
  /** From then on Nx is told 404 below the path, as long as it asks. */
  close(opened: Opened): void
  /** Answers everything that Nx waits for: nothing is found, and nothing is taken. */
  answerAll(): void
}

/** Answers Nx only what it takes as harmless: 200, 403, 404 and 409. Everything else would end its run. */
export async function startRelay({ room }: { room: Room }): Promise<Relay> {
  const runs = new Map<string, { run: Relayed; token: string }>()
  const open = new Set<Exchange>()
  const server = createServer((request, response) => {
    const exchange = { request, response }
    open.add(exchange)
    response.once('close', () => open.delete(exchange))
    answer(exchange, { runs, room }).catch(() => response.destroy())
  })
  // Nx keeps connections, and one that is closed while it sends ends its run.
  Object.assign(server, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    open: (run) => {
      const path = `${RELAY_PATH}${randomBytes(16).toString('base64url')}`
      const token = randomBytes(16).toString('base64url')
      runs.set(path, { run, token })
      return { url: `http://127.0.0.1:${port}${path}`, token }
    },
    close: ({ url }) => void runs.delete(new URL(url).pathname),
    answerAll: () => {
      for (const exchange of open) answerNothing(exchange)
    },
    [Symbol.asyncDispose]: () => closeServer(server),
  }
}

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse }
type Known = { readonly runs: ReadonlyMap<string, { run: Relayed; token: string }>; readonly room: Room }

async function answer(exchange: Exchange, { runs, room }: Known): Promise<void> {
  const { request, response } = exchange
  const [, path = '', hash = ''] = /^(\/[\w-]+)\/v1\/cache\/(\d{1,20})$/.exec(request.url ?? '') ?? []
  const found = runs.get(path)
  const run = request.headers.authorization === `Bearer ${found?.token}` ? found?.run : undefined
  if (request.method === 'PUT') {
    const archive = await readArchive(request, run === undefined ? undefined : room)
    end(response, run === undefined || archive === undefined ? 403 : await run.put(hash, archive))
  } else {
    const body = request.method === 'GET' ? await run?.get(hash) : undefined
    if (body !== undefined) response.once('close', () => body[Symbol.dispose]())
    end(response, body === undefined ? 404 : 200, body)
  }
}

/** To its end in any case: Nx would take an answer in the middle for a broken connection. */
async function readArchive(request: IncomingMessage, room: Room | undefined): Promise<Held | undefined> {
  const length = Number(request.headers['content-length'] ?? Infinity)
  using held = new DisposableStack()
  const taken = room?.take(length)
  if (taken !== undefined) held.use(taken)
  const bytes = await readBytes(request, taken === undefined ? -1 : length)
  return bytes === undefined ? undefined : new Held(bytes, held.move())
}

function answerNothing({ request, response }: Exchange): void {
  if (request.method !== 'PUT') end(response, 404)
  else if (request.complete) end(response, 403)
  else request.resume().once('end', () => end(response, 403))
}

function end(response: ServerResponse, status: number, body: Bytes = toBytes()): void {
  if (response.headersSent) return
  const type = body.length === 0 ? {} : { 'content-type': 'application/octet-stream' }
  response.writeHead(status, { ...type, 'content-length': body.length })
  endWith(response, body)
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
