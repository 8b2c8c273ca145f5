import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceApp } from '@mochi/service'
import { parseAction } from '../company/action.ts'
import type { Company } from '../company/company.ts'
import { NeedsWriter } from '../mirror/mirror.ts'
import { scopeOf } from '../names/package-name.ts'
import { parseTarget, pathOf } from '../names/target.ts'
import { refusal, sendRefusal } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'
import type { Tokens } from '../tokens/store.ts'
import { instance } from '../uplink/connect.ts'
import { VIA } from '../uplink/uplink.ts'
import type { Writer } from '../writer/writer.ts'
import type { Packages } from './packages.ts'

export type Answering = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export type AnswerOptions = {
  readonly packages: Packages
  readonly company: Company
  readonly tokens: Pick<Tokens, 'identify'>
  /** Of the company: what is in them is never asked of anybody else. */
  readonly scopes: readonly string[]
  readonly log: ServiceApp['log']
  readonly writer: () => Writer
}

/** Answers what is asked of packages, here or, where it needs writing, in the process that writes. Never rejects. */
export function createAnswer(options: AnswerOptions): Answering {
  const { log, writer } = options
  return async (request, response) => {
    try {
      await writer().become()
      await answer(options, request, response).catch((error: unknown) => {
        if (!(error instanceof NeedsWriter)) throw error
        return writer().pass(request, response)
      })
    } catch (error) {
      log.error({ err: error }, 'a package could not be answered')
      sendRefusal(response, refusal(500, 'REGISTRY_FAILED', 'the registry failed; its log says why'))
    }
  }
}

async function answer(options: AnswerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { packages, company, tokens, scopes, writer } = options
  const { method = 'GET', url = '' } = request
  if (isOfCompany(method, url, scopes)) {
    if (!writer().isWriter) throw new NeedsWriter()
    return company.handle(request, response, tokens.identify(request.headers.authorization))
  }
  const refused = refuse(request, scopes)
  const target = parseTarget(pathOf(url))
  if (refused === undefined && target !== undefined) return packages.answer(target, request, response)
  request.resume()
  sendRefusal(response, refused ?? refusal(404, 'REGISTRY_NO_PACKAGE', 'no package has such a name'))
}

/** What is about a package of its scopes, its search and its pages. */
function isOfCompany(method: string, url: string, scopes: readonly string[]): boolean {
  const action = parseAction(method, url)
  if (action === undefined) return false
  return action.name === undefined || scopes.includes(scopeOf(action.name) ?? '')
}

function refuse({ method = 'GET', headers }: IncomingMessage, scopes: readonly string[]): Refusal | undefined {
  if (headers[VIA] === instance) return refusal(508, 'REGISTRY_LOOP', 'this registry has asked itself')
  if (method === 'GET' || method === 'HEAD') return undefined
  return refusal(403, 'REGISTRY_SCOPE_FOREIGN', `only packages of ${scopes.join(', ')} can be changed here`)
}
