import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { endGroup } from '../git/git.ts'
import type { Git } from '../git/git.ts'
import { readHead } from './cgi-head.ts'

export type Served = {
  readonly git: Git
  /** The folder that has all repositories, and in it the path of one, as `git http-backend` wants them. */
  readonly root: string
  readonly path: string
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds for the whole answer, and for nothing at all to be taken or given. */
  readonly deadline: number
  readonly stall: number
}

/** What a clone asks for in one request; a client with more wants than that is none. Bytes. */
const REQUEST = 16 * 1_048_576

/** Read-only, protocol 2 with shallow and partial clones. Objects that no ref names cannot be asked for by older protocols. */
const SETTINGS = [
  'http.receivepack=false',
  'http.uploadpack=true',
  'http.uploadarchive=false',
  'http.getanyfile=false',
  'uploadpack.allowFilter=true',
  'uploadpack.allowAnySHA1InWant=false',
  'uploadpack.keepAlive=5',
]

/**
 * Answers by `git http-backend`: https://git-scm.com/docs/git-http-backend. It ends with the client, with the signal, and when nothing has
 * moved for too long.
 */
export async function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  { git, signal, ...served }: Served & { readonly signal: AbortSignal },
): Promise<void> {
  const child = git.start({ args: ['http-backend'], settings: SETTINGS, variables: variablesOf(request, served) })
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null) throw new Error('git has no pipes')
  const end = (): void => endGroup(child)
  response.once('close', end)
  signal.addEventListener('abort', end, { once: true })
  const words = collectWords(child)
  stderr?.on('error', () => undefined)
  child.once('error', () => response.destroy())
  using _watch = endWhenStill(end, {
    ...served,
    isMoving: () => request.socket.bytesRead + request.socket.bytesWritten,
  })
  try {
    // Git may have said why not before it has read everything.
    void pipeline(request, limit(REQUEST, end), stdin).catch(() => undefined)
    const { status, headers, rest } = await readHead(stdout)
    response.writeHead(status, { ...headers, ...served.headers })
    if (rest.length > 0) response.write(rest)
    await pipeline(stdout, response, { end: false })
    // Half an answer is not to be taken for a whole one.
    if (await isKilled(child)) response.destroy()
    else response.end()
  } catch (error) {
    end()
    if (response.headersSent || response.destroyed) response.destroy()
    else throw new Error(`git http-backend: ${words()}`, { cause: error })
  } finally {
    signal.removeEventListener('abort', end)
    response.off('close', end)
  }
}

async function isKilled(child: ChildProcess): Promise<boolean> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.signalCode !== null
}

function variablesOf({ method = 'GET', url = '', headers }: IncomingMessage, served: Pick<Served, 'root' | 'path'>) {
  const { root, path } = served
  const given: Record<string, string | undefined> = {
    CONTENT_TYPE: headers['content-type'],
    // An empty one is taken for no body at all.
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: headers['git-protocol']?.toString(),
  }
  const set = Object.entries(given).filter(([, value]) => value !== undefined) as [string, string][]
  return {
    ...Object.fromEntries(set),
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_HTTP_MAX_REQUEST_BUFFER: String(REQUEST),
    PATH_INFO: path,
    QUERY_STRING: url.includes('?') ? url.slice(url.indexOf('?') + 1) : '',
    REQUEST_METHOD: method,
    REMOTE_ADDR: '127.0.0.1',
  }
}

function limit(most: number, onMore: () => void) {
  return async function* (source: AsyncIterable<Buffer>) {
    let bytes = 0
    for await (const piece of source) {
      bytes += piece.length
      if (bytes > most) onMore()
      else yield piece
    }
  }
}

type Watch = Pick<Served, 'deadline' | 'stall'> & { readonly isMoving: () => number }

function endWhenStill(end: () => void, { deadline, stall, isMoving }: Watch): Disposable {
  const began = performance.now()
  let [seen, since] = [isMoving(), began]
  const timer = setInterval(
    () => {
      const now = performance.now()
      if (isMoving() !== seen) [seen, since] = [isMoving(), now]
      if (now - since > stall || now - began > deadline) end()
    },
    Math.min(stall, 1_000),
  )
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

function collectWords({ stderr }: ChildProcess): () => string {
  let words = ''
  stderr?.on('data', (piece: Buffer) => (words = `${words}${piece.toString('utf8')}`.slice(-1_000)))
  return () => words.trim()
}
