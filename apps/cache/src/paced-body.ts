import type { IncomingMessage } from 'node:http'
import { problem } from '@mochi/service'

/** Milliseconds after which it is looked how much a client has sent, and after which one that sends nothing is cut. */
const WINDOW = 30_000

/** Bytes that a client has to send in that time: less would be no line, but somebody who holds room. */
const LEAST = 512 * 1024

/**
 * The body as it comes, without ending the connection when somebody stops reading it. A client that sends nothing, or next to
 * nothing, is cut; the time in which nobody has asked it for more does not count. `now` is in milliseconds.
 */
export async function* pacedBody(request: IncomingMessage, now: () => number): AsyncGenerator<Uint8Array> {
  const stalled = setTimeout(() => request.destroy(), WINDOW).unref()
  const isTooSlow = createPace()
  const wait = { since: now() }
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer
      stalled.refresh()
      if (isTooSlow(bytes.length, now() - wait.since)) request.destroy()
      else yield bytes
      wait.since = now()
    }
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ECONNRESET' && !request.destroyed) throw cause
    throw problem(400, 'CACHE_BODY_CUT', 'The client has left, or was too slow, before the end of the body.')
  } finally {
    clearTimeout(stalled)
  }
}

/** Says, for bytes and the milliseconds that they took, whether a window is over in which too few came. */
function createPace(): (bytes: number, waited: number) => boolean {
  const sum = { bytes: 0, waited: 0 }
  return (bytes, waited) => {
    sum.bytes += bytes
    sum.waited += waited
    if (sum.waited < WINDOW) return false
    const isTooSlow = sum.bytes < LEAST
    Object.assign(sum, { bytes: 0, waited: 0 })
    return isTooSlow
  }
}
