import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceApp } from '@mochi/service'
import { parseAction } from '../company/action.ts'
import type { Action } from '../company/action.ts'
import type { Company } from '../company/company.ts'
import { NeedsWriter } from '../mirror/mirror.ts'
import { isOwn } from '../names/own-scopes.ts'
import { parseTarget, pathOf } from '../names/target.ts'
import { refusal, sendRefusal } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'
import { findRoute } from '../routes/route.ts'
import type { Route } from '../routes/route.ts'
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
  /** What is asked beside packages. */
  readonly routes: readonly Route[]
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
  const { packages, company, tokens, scopes, writer, routes } = options
  const { method = 'GET', url = '' } = request
  if (request.headers[VIA] === instance) {
    request.resume()
    sendRefusal(response, refusal(508, 'REGISTRY_LOOP', 'this registry has asked itself'))
    return
  }
  const action = parseAction(method, url)
  const isOfScopes = action?.name !== undefined && isOwn(action.name, scopes)
  const route = isOfScopes ? undefined : findRoute(routes, request, response)
  if (route !== undefined) return route()
  if (isOfScopes || isPage(action)) {
    if (!writer().isWriter) throw new NeedsWriter()
    return company.handle(request, response, tokens.identify(request.headers.authorization))
  }
  const refused = refuse(method, scopes, action?.name === undefined && url.startsWith('/-/'))
  const target = parseTarget(pathOf(url))
  if (refused === undefined && target !== undefined) return packages.answer(target, request, response)
  request.resume()
  sendRefusal(response, refused ?? refusal(404, 'REGISTRY_NO_PACKAGE', 'no package has such a name'))
}

/** A page of the company's store, or something in one. */
function isPage(action: Action | undefined): boolean {
  return action !== undefined && action.name === undefined
}

/** `isNoPackage`: what stands below `/-/` and is nothing that is known. */
function refuse(method: string, scopes: readonly string[], isNoPackage: boolean): Refusal | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined
  if (isNoPackage) return refusal(404, 'REGISTRY_NO_ROUTE', `nothing that is here answers to ${method}`)
  const which =
    scopes.length === 0
      ? 'no package can be changed here: mochi.json names no scopes'
      : `only packages of ${scopes.join(', ')} can be changed here`
  return refusal(403, 'REGISTRY_SCOPE_FOREIGN', which)
}
