import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Worker } from 'node:worker_threads'
import { createFolder, createInbox, listenOnFreePort } from '@mochi/testing'
import type { Folder, Inbox } from '@mochi/testing'
import type { Identity } from '../tokens/identity.ts'
import { createCompany } from './company.ts'
import type { CompanyOptions } from './company.ts'
import { openCompany } from './open-company.ts'
import type { Log } from './repair.ts'
import { createCompanyServer } from './server.ts'
import type { CompanyRules, ServerParts } from './server.ts'
import { CompanyFolder } from './storage.ts'

/** A small server with nothing but the company's packages, as the registry's own routes hand them on. */
export type CompanyServer = AsyncDisposable & {
  readonly url: string
  readonly folder: Folder
  readonly lines: readonly string[]
}

export type ThreadedServer = CompanyServer & {
  /** Methods of requests that were handed on. */
  readonly arrived: Inbox<string>
  readonly threads: Inbox<Worker>
  /** Exit codes of threads. */
  readonly ended: Inbox<number>
  close(): Promise<void>
}

export const HOUR = 3_600_000

/** Who shows one of these tokens is who it says. */
export const WHO: Readonly<Record<string, Identity>> = {
  reader: { name: 'rea', group: 'read' },
  publisher: { name: 'pat', group: 'publish' },
  other: { name: 'olga', group: 'publish', scope: '@other' },
  admin: { name: 'ada', group: 'admin' },
}

export async function startCompany(options: Partial<CompanyOptions> = {}): Promise<ThreadedServer> {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const lines: string[] = []
  const arrived = createInbox<string>()
  const threads = createInbox<Worker>()
  const ended = createInbox<number>()
  const company = createCompany({
    folder: folder.path,
    scopes: ['@acme', '@other'],
    anonymousRead: true,
    bodyLimit: 1_000_000,
    unpublishWithin: 72 * HOUR,
    log: (level, message) => lines.push(`${level} ${message}`),
    startThread: (file, given) => {
      const thread = new Worker(file, given)
      threads.push(thread)
      thread.once('exit', ended.push)
      return thread
    },
    ...options,
  })
  started.defer(() => company.close())
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
    void company.handle(request, response, WHO[token])
    arrived.push(request.method ?? '')
  })
  const { url } = started.use(await listenOnFreePort(server))
  const all = started.move()
  return {
    url,
    folder,
    lines,
    arrived,
    threads,
    ended,
    close: () => company.close(),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** The same server in this thread, with a clock that the test moves; what its repairs said stands in `lines`. */
export type LocalServer = CompanyServer & { readonly clock: { now: number } }

export type LocalOptions = Pick<ServerParts, 'patience'> & {
  readonly path?: string
  readonly rules?: Partial<CompanyRules>
  /** What stands before Verdaccio. */
  readonly before?: (verdaccio: RequestListener) => RequestListener
}

export async function startLocal({ path, rules, before, ...more }: LocalOptions = {}): Promise<LocalServer> {
  await using started = new AsyncDisposableStack()
  const own = started.use(await createFolder())
  const folder = new CompanyFolder(path ?? own.path)
  const lines: string[] = []
  const log: Log = (level, message) => void lines.push(`${level} ${message}`)
  const clock = { now: Date.now() }
  const allRules = { scopes: ['@acme', '@other'], bodyLimit: 1_000_000, unpublishWithin: 72 * HOUR, ...rules }
  const identify = (header = '') => WHO[header.replace(/^Bearer /, '')]
  const parts = await openCompany({
    folder,
    rules: allRules,
    identify,
    log,
    now: () => clock.now,
    onFault: () => void lines.push('fault'),
  })
  const verdaccio = before?.(parts.verdaccio) ?? parts.verdaccio
  const { url } = started.use(await listenOnFreePort(createCompanyServer({ ...parts, ...more, verdaccio })))
  const all = started.move()
  return { url, folder: own, lines, clock, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
