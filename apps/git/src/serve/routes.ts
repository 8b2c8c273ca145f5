import type { IncomingMessage, ServerResponse } from 'node:http'
import { pageHeaders } from '@mochi/page'
import { problem } from '@mochi/service'
import type { ServiceApp } from '@mochi/service'
import pLimit from 'p-limit'
import type { LimitFunction } from 'p-limit'
import type { Git } from '../git/git.ts'
import type { Board } from '../mirror/board.ts'
import type { Keeper } from '../mirror/keeper.ts'
import { renderIndex, renderRepository } from '../page/render.ts'
import { serveGit } from './backend.ts'
import { parseTarget } from './target.ts'
import type { Target } from './target.ts'

export type RoutesOptions = {
  readonly git: Git
  readonly keeper: Keeper
  readonly board: Board
  /** Clones and fetches that are served at a time. */
  readonly clones: number
  readonly stopping: AbortSignal
  readonly now: () => number
}

/** Milliseconds for a clone, and for one that moves nothing. */
const DEADLINE = 3_600_000
const STALL = 120_000

/** For each that is served, so many may wait for their turn. */
const WAITING = 4

/** Git's own requests, and pages for whoever comes without git. */
export function addRepositories(app: ServiceApp, options: RoutesOptions): void {
  const limit = pLimit(options.clones)
  app.register(async (scope: ServiceApp) => {
    // Bodies are git's to read.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.get('/', { schema: { hide: true } }, async (_request, reply) =>
      reply.headers(pageHeaders).send(await renderIndex(options)),
    )
    scope.route({
      method: ['GET', 'POST'],
      url: '/*',
      schema: { hide: true },
      handler: async (request, reply) => {
        const target = parseTarget(request.raw.url ?? '')
        refuse(target, { ...options, limit })
        if (target.is === 'page')
          return reply
            .headers(pageHeaders)
            .send(await renderRepository({ ...options, host: `${request.protocol}://${request.host}` }, target.name))
        reply.hijack()
        await serve(request.raw, reply.raw, { ...options, limit, name: target.name }).catch((error: unknown) => {
          request.log.error({ err: error }, 'a repository could not be served')
          if (reply.raw.headersSent) reply.raw.destroy()
          else reply.raw.writeHead(500, { connection: 'close' }).end()
        })
        return reply
      },
    })
    await Promise.resolve()
  })
}

type Answering = RoutesOptions & { readonly limit: LimitFunction }

function refuse({ is, name }: Target, { keeper, board, clones, limit }: Answering): void {
  if (!keeper.repositories.has(name))
    throw problem(404, 'GIT_NOT_LISTED', `No repository ${JSON.stringify(name)} stands in services.git.repositories.`)
  if (is === 'push')
    throw problem(403, 'GIT_READ_ONLY', `${name} is a mirror and takes no pushes: push to where it is mirrored from.`)
  if (is === 'page') return
  if (board.entry(`git:${name}`).holding.count === 0)
    throw problem(503, 'GIT_NOT_MIRRORED', `${name} was not mirrored yet: ./mochi mirror sync git:${name}`)
  if (limit.pendingCount >= WAITING * clones)
    throw problem(503, 'GIT_BUSY', {
      detail: `${clones} clones are being served, and ${limit.pendingCount} wait.`,
      headers: { 'retry-after': '30' },
    })
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { git, keeper, board, stopping: signal, limit, name }: Answering & { readonly name: string },
): Promise<void> {
  const tail = request.method === 'POST' ? 'git-upload-pack' : 'info/refs'
  const served = { git, root: keeper.root, path: `/${name}.git/${tail}`, headers: ageHeaders(board, name), signal }
  await limit(async () => {
    if (!response.destroyed) await serveGit(request, response, { ...served, deadline: DEADLINE, stall: STALL })
  })
}

/** `age` is that of RFC 9111, in seconds. */
function ageHeaders(board: Board, name: string): Record<string, string> {
  const { age } = board.entry(`git:${name}`)
  if (age === undefined) return {}
  const seconds = String(Math.floor(age / 1_000))
  return { age: seconds, 'x-mochi-mirror-age': seconds }
}
