import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceApp } from '@mochi/service'
import { NeedsWriter } from '../mirror/mirror.ts'
import { parseTarget, pathOf } from '../names/target.ts'
import { refusal, sendRefusal } from '../refusal.ts'
import { instance } from '../uplink/connect.ts'
import { VIA } from '../uplink/uplink.ts'
import type { Writer } from '../writer/writer.ts'
import type { Packages } from './packages.ts'

export type Answering = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export type AnswerOptions = {
  readonly packages: Packages
  readonly log: ServiceApp['log']
  readonly writer: () => Writer
}

/** Answers what is asked of packages; what needs writing in the process that writes. Never rejects. */
export function createAnswer({ packages, log, writer }: AnswerOptions): Answering {
  return async (request, response) => {
    const target = parseTarget(pathOf(request.url))
    if (request.headers[VIA] === instance) {
      sendRefusal(response, refusal(508, 'REGISTRY_LOOP', 'this registry has asked itself'))
      return
    }
    if (target === undefined) {
      sendRefusal(response, refusal(404, 'REGISTRY_NO_PACKAGE', 'no package has such a name'))
      return
    }
    try {
      await writer().become()
      await packages.answer(target, request, response).catch((error: unknown) => {
        if (!(error instanceof NeedsWriter)) throw error
        return writer().pass(request, response)
      })
    } catch (error) {
      log.error({ err: error }, 'a package could not be answered')
      sendRefusal(response, refusal(500, 'REGISTRY_FAILED', 'the registry failed; its log says why'))
    }
  }
}
