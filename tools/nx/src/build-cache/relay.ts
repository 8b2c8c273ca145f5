import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { endWith, readBytes, toBytes } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { RELAY_PATH } from './relay-path.ts'
import type { CacheRun } from './run.ts'
import { LARGEST } from './upstream.ts'

/** Where Nx finds the cache for one run: a path that nobody guesses, and a token that is good for nothing else. */
export type Opened = { readonly url: string; readonly token: string }

/** A server on loopback that speaks Nx's remote cache protocol for any number of runs, each below a path of its own. */
export type Relay = AsyncDisposable & {
  open(run: CacheRun): Opened
  /** From then on Nx is told 404 below the path, as long as it asks. */
  close(opened: Opened): void
}

/** Answers Nx only what it takes as harmless: 200, 403, 404 and 409. Everything else would end its run. */
export async function startRelay(): Promise<Relay> {
  const runs = new Map<string, { run: CacheRun; token: string }>()
  const server = createServer((request, response) => {
    answer(request, response, runs).catch(() => response.destroy())
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
    [Symbol.asyncDispose]: () => closeServer(server),
  }
}

type Runs = ReadonlyMap<string, { run: CacheRun; token: string }>

async function answer(request: IncomingMessage, response: ServerResponse, runs: Runs): Promise<void> {
  const [, path = '', hash = ''] = /^(\/[\w-]+)\/v1\/cache\/(\d{1,20})$/.exec(request.url ?? '') ?? []
  const found = runs.get(path)
  const run = request.headers.authorization === `Bearer ${found?.token}` ? found?.run : undefined
  if (request.method === 'PUT') {
    // To its end in any case: Nx would take an answer in the middle for a broken connection.
    const archive = await readBytes(request, LARGEST)
    end(response, run === undefined || archive === undefined ? 403 : await run.put(hash, archive))
  } else {
    const body = request.method === 'GET' ? await run?.get(hash) : undefined
    end(response, body === undefined ? 404 : 200, body)
  }
}

function end(response: ServerResponse, status: number, body: Bytes = toBytes()): void {
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
