import type { IncomingMessage, ServerResponse } from 'node:http'
import { isMochiError } from '@mochi/errors'
import type { Mirrors } from './mirrors.ts'
import type { SyncEvent } from './status.ts'

export type MirrorRoute = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Bodies are not read: everything is said in the query. */
  answer(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void>
}

export type MirrorRoutesOptions = {
  readonly mirrors: Mirrors
  /** Whether who asks may start runs, acknowledge and prune. */
  readonly mayChange: (request: IncomingMessage) => boolean
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal
}

/** Where a mirror is asked. */
export const MIRROR_PATH = '/-/mochi/mirror'

/**
 * What `mochi mirror` asks of a service that has mirrors. `GET`: MirrorStatus; `GET /plan`: `{ sources: SourcePlan[] }`; `POST /sync`: a SyncEvent in
 * each line, and the run ends when the client leaves; `POST /ack?by=…&reason=…`: `{ settled: Finding[] }`; `GET` and `POST /prune`:
 * `{ sources: SourcePrunePlan[] }`. `source=` and `id=` may stand in the query more than once. Refusals are `{ code, error }`.
 */
export function createMirrorRoutes({ mirrors, mayChange, stopping }: MirrorRoutesOptions): MirrorRoute[] {
  const change = (tail: string, answer: MirrorRoute['answer']): MirrorRoute => ({
    method: 'POST',
    path: `${MIRROR_PATH}/${tail}`,
    answer: async (request, response, query) => {
      if (mayChange(request)) await refusing(response, () => answer(request, response, query))
      else
        sendJson(response, 403, {
          code: 'MIRROR_NOT_ALLOWED',
          error: 'a token of a group that changes mirrors is needed',
        })
    },
  })
  const read = (
    tail: string,
    get: (query: URLSearchParams, request: IncomingMessage) => Promise<object>,
  ): MirrorRoute => ({
    method: 'GET',
    path: `${MIRROR_PATH}${tail}`,
    answer: (request, response, query) =>
      refusing(response, async () => sendJson(response, 200, await get(query, request))),
  })
  return [
    read('', () => mirrors.status()),
    read('/plan', async (query) => ({ sources: await mirrors.plan(query.getAll('source'), stopping) })),
    read('/prune', async () => ({ sources: await mirrors.planPrune() })),
    change('prune', async (_request, response) => sendJson(response, 200, { sources: await mirrors.prune() })),
    change('ack', async (_request, response, query) => {
      const by = query.get('by') ?? 'somebody'
      const settled = await mirrors.acknowledge(query.getAll('id'), { by, reason: query.get('reason') ?? '' })
      sendJson(response, 200, { settled })
    }),
    change('sync', async (_request, response, query) => {
      const left = new AbortController()
      response.once('close', () => left.abort())
      const events = eventsTo(response)
      await mirrors.sync({
        only: query.getAll('source'),
        signal: AbortSignal.any([left.signal, stopping]),
        onEvent: events.send,
      })
      events.end()
    }),
  ]
}

/** Milliseconds between two lines that say how far a run has come. */
const BETWEEN = 200

/** The head is sent with the first event: what is refused before has a status of its own. */
function eventsTo(response: ServerResponse): { readonly send: (event: SyncEvent) => void; readonly end: () => void } {
  let told = -Infinity
  return {
    send: (event) => {
      if (event.is === 'progress' && event.done < event.of && performance.now() - told < BETWEEN) return
      if (event.is === 'progress') told = performance.now()
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/x-ndjson', ...NOT_KEPT })
      if (!response.destroyed) response.write(`${JSON.stringify(event)}\n`)
    },
    end: () => void response.end(),
  }
}

const NOT_KEPT = { 'cache-control': 'no-store' }
const STATUS: Readonly<Record<string, number>> = { MIRROR_BUSY: 409, MIRROR_NO_SOURCE: 404, MIRROR_NO_FINDING: 404 }

async function refusing(response: ServerResponse, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isMochiError(error) || response.headersSent) {
      // Half an answer is not to be taken for a whole one.
      response.destroy()
      throw error
    }
    sendJson(response, STATUS[error.code] ?? 500, { code: error.code, error: error.message })
  }
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length, ...NOT_KEPT })
  response.end(body)
}
