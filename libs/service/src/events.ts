import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FastifyReply } from 'fastify'
import { crossSiteProblem, isOfOtherSite, NAMES } from './cross-site.ts'

/** One event of a stream; `data` is sent as JSON. */
export type ServerEvent = { readonly event?: string; readonly id?: string; readonly data: unknown }

/** The last event of a stream that ends because the service stops: the client connects again, to whoever serves then. */
export const LAST_EVENT: ServerEvent = { event: 'stopping', data: {} }

/**
 * Answers with server-sent events, until they end, the client leaves, or the service stops, which is the last event. The
 * source's `return` is called at the end. The page of another site gets 403, whatever it says that it accepts. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function sendEvents(
  reply: FastifyReply,
  source: AsyncIterable<ServerEvent>,
  stopping: AbortSignal,
): Promise<void> {
  if (isOfOtherSite(reply.request.raw, reply.server.getDecorator(NAMES))) {
    await source[Symbol.asyncIterator]().return?.()
    throw crossSiteProblem()
  }
  reply.header('content-type', 'text/event-stream').header('cache-control', 'no-store')
  reply.hijack()
  const { raw, request } = reply
  const left = new AbortController()
  raw.once('close', () => left.abort())
  raw.writeHead(200, { ...reply.getHeaders() } as Record<string, string>)
  raw.flushHeaders()
  if (request.method === 'HEAD') return void raw.end()
  const frames = takeUntil(source, { stopping, left: left.signal })
  await pipeline(Readable.from(frames, { objectMode: true, highWaterMark: 1 }), raw).catch(() => undefined)
}

async function* takeUntil(
  source: AsyncIterable<ServerEvent>,
  { stopping, left }: { stopping: AbortSignal; left: AbortSignal },
): AsyncGenerator<string> {
  const iterator = source[Symbol.asyncIterator]()
  const next = interruptible(iterator, AbortSignal.any([stopping, left]))
  try {
    for (let event = await next(); event !== undefined; event = await next()) yield formatEvent(event)
    if (stopping.aborted) yield formatEvent(LAST_EVENT)
  } finally {
    // Not waited for: a generator that is about to give its next event ends after it only.
    iterator.return?.().catch(() => undefined)
  }
}

/** Undefined at the end and after the signal. Not `Promise.race`: each would stay with a promise that lives as long as the stream. */
function interruptible(iterator: AsyncIterator<ServerEvent>, signal: AbortSignal) {
  const state: { interrupt?: (nothing: undefined) => void } = {}
  signal.addEventListener('abort', () => state.interrupt?.(undefined), { once: true })
  return (): Promise<ServerEvent | undefined> =>
    new Promise((resolve, reject) => {
      state.interrupt = resolve
      if (signal.aborted) resolve(undefined)
      else iterator.next().then((next) => resolve(next.done === true ? undefined : next.value), reject)
    })
}

/** Names and ids stand in a line of their own, so they have no line ends. */
export function formatEvent({ event, id, data }: ServerEvent): string {
  const line = (key: string, text: string | undefined) =>
    text === undefined ? '' : `${key}: ${text.replaceAll(/[\r\n\0]/g, ' ')}\n`
  return `${line('event', event)}${line('id', id)}data: ${JSON.stringify(data)}\n\n`
}
