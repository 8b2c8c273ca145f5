import type { Buffer } from 'node:buffer'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createInbox, listenOnFreePort } from '@mochi/testing'
import type { Inbox } from '@mochi/testing'

/** Bytes to send, or a whole answer of the test's own. */
export type Answer = Buffer | ((request: IncomingMessage, response: ServerResponse) => void)

/** A server that stands in for a registry or for Node's download site. Each answer can be replaced while it runs. */
export type ArtifactServer = AsyncDisposable & {
  readonly url: string
  readonly port: number
  /** By path, as in a request line; what is not here is 404. */
  readonly answers: Map<string, Answer>
  readonly requests: Inbox<Request>
}

export type Request = { path: string; authorization: string | undefined }

export async function startArtifactServer(tls?: { key: string; cert: string }): Promise<ArtifactServer> {
  const answers = new Map<string, Answer>()
  const requests = createInbox<Request>()
  const listener: RequestListener = (request, response) => {
    const path = request.url ?? ''
    requests.push({ path, authorization: request.headers.authorization })
    const answer = answers.get(path)
    if (answer === undefined) response.writeHead(404).end('no such artefact\n')
    else if (typeof answer === 'function') answer(request, response)
    else response.writeHead(200, { 'content-length': answer.length }).end(answer)
  }
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener)
  const listening = await listenOnFreePort(server)
  return {
    url: tls === undefined ? listening.url : `https://localhost:${listening.port}`,
    port: listening.port,
    answers,
    requests,
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  }
}
