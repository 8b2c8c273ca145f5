import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Identity } from '../tokens/identity.ts'
import { parseAction } from './action.ts'
import type { Action } from './action.ts'
import { planChange, refuseRemoval } from './change-rules.ts'
import { refuseCaller } from './permission.ts'
import { asObject, checkPublish, isPublish } from './publish-rules.ts'
import type { Body } from './publish-rules.ts'
import { receiveJson } from '../receive-json.ts'
import { isRefusal, refusal, sendRefusal } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'
import type { Log } from './repair.ts'
import { search } from './search.ts'
import type { CompanyFolder } from './storage.ts'
import { isTag } from './tags.ts'
import type { Tombstones } from './tombstones.ts'
import { Turns } from './turns.ts'
import { Uploads } from './uploads.ts'

export type CompanyRules = {
  readonly scopes: readonly string[]
  /** Bytes of a body. */
  readonly bodyLimit: number
  /** Milliseconds. */
  readonly unpublishWithin: number
}

export type ServerParts = {
  /** Verdaccio, which does what the rules let through. */
  readonly verdaccio: RequestListener
  /** Who asks, by the header that only our own proxy can make. */
  readonly identify: (authorization: string | undefined) => Identity | undefined
  readonly folder: CompanyFolder
  readonly tombstones: Tombstones
  readonly rules: CompanyRules
  readonly log: Log
  readonly now: () => number
  /**
   * Ends the thread. Verdaccio goes on with a publish whose write has failed, and would publish what is there of it; the next start
   * puts right what it left.
   */
  readonly onFault: () => void
  /** Milliseconds that Verdaccio has for one change; others of the package wait as long. */
  readonly patience?: number
}

const PATIENCE = 60_000

type Context = ServerParts & { readonly turns: Turns; readonly uploads: Uploads }

/** One request, who made it, and its answer. */
type Asking = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly caller: Identity }

/**
 * What stands before Verdaccio: it refuses whom it does not know and what the rules forbid, and lets one change of a package begin
 * when the one before it has ended. Nobody reads a package that is half published.
 */
export function createCompanyServer(parts: ServerParts): Server {
  const context = { ...parts, turns: new Turns(), uploads: new Uploads(parts.rules.bodyLimit) }
  return createServer((request, response) => {
    answer(context, request, response).catch((error: unknown) => {
      // A client that has left hears nothing.
      if (response.destroyed) return
      parts.log('error', `a request of the company's packages failed: ${String(error)}`)
      sendRefusal(response, refusal(500, 'REGISTRY_COMPANY_FAULT', 'the store of the company failed; its log says why'))
    })
  })
}

async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = parseAsked(context, request)
  if (isRefusal(asked)) {
    refuse(request, response, asked)
    return
  }
  const { action, caller } = asked
  if (action.kind === 'read') {
    if (action.name !== undefined) await context.turns.settled(action.name)
    context.verdaccio(request, response)
    return
  }
  if (action.kind === 'search') {
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.end(JSON.stringify(await search(context.folder, context.rules.scopes, request.url ?? '')))
    return
  }
  const asking = { request, response, caller }
  if (request.method !== 'PUT') {
    await context.turns.take(action.name, () => change(context, asking, action, undefined))
    return
  }
  const full = await context.uploads.with(request, () => receive(context, asking, action))
  if (full !== undefined) refuse(request, response, full)
}

async function receive(context: Context, asking: Asking, action: Writing): Promise<void> {
  const { request, response } = asking
  const body = await receiveJson(request, {
    what: 'a publish, tarball in base64 included,',
    limit: context.rules.bodyLimit,
  })
  if (isRefusal(body)) refuse(request, response, body)
  else await context.turns.take(action.name, () => change(context, asking, action, body.value))
}

function parseAsked(
  { identify, rules }: Context,
  { method = '', url = '', headers }: IncomingMessage,
): { action: Action; caller: Identity } | Refusal {
  const caller = identify(headers.authorization)
  if (caller === undefined) return refusal(401, 'REGISTRY_NOT_OURS', 'who asks here is unknown')
  const action = parseAction(method, url)
  if (action === undefined)
    return refusal(405, 'REGISTRY_METHOD_UNKNOWN', `${method} is nothing that can be done with ${url}`)
  return refuseCaller(caller, action, rules.scopes) ?? { action, caller }
}

function refuse(request: IncomingMessage, response: ServerResponse, no: Refusal): void {
  request.resume()
  sendRefusal(response, no)
}

type Writing = Exclude<Action, { kind: 'read' | 'search' }>

async function change(context: Context, asking: Asking, action: Writing, value: unknown): Promise<void> {
  const no = await (action.kind === 'write'
    ? write(context, asking, action, asObject(value) ?? {})
    : act(context, asking, action, value))
  if (no !== undefined) sendRefusal(asking.response, no)
}

async function write(
  context: Context,
  asking: Asking,
  { name, revision }: Extract<Action, { kind: 'write' }>,
  body: Body,
): Promise<Refusal | undefined> {
  if (isPublish(body)) return publish(context, asking, name, body)
  const { folder, tombstones } = context
  const stored = await folder.read(name)
  if (stored === undefined) return unknown(name)
  const plan = planChange({ body, stored, revision, ...removalRules(context, asking) })
  if (isRefusal(plan)) return plan
  if (plan.removed.length > 0) await tombstones.add(name, plan.removed)
  // With a revision it changes what is there, and never makes a package.
  asking.request.url = `/${name.replace('/', '%2f')}/-rev/${stored._rev ?? '0'}`
  await hand(context, asking, plan.body)
  return undefined
}

/** The note of what has begun lets the next start finish or undo it. */
async function publish(context: Context, asking: Asking, name: string, body: Body): Promise<Refusal | undefined> {
  const { folder, tombstones } = context
  const stored = await folder.read(name)
  const begun = checkPublish({ name, body, stored, isBuried: (version) => tombstones.has(name, version) })
  if (isRefusal(begun)) return begun
  if (!(await folder.hasRoomFor(context.rules.bodyLimit)))
    return refusal(507, 'REGISTRY_DISK_FULL', 'the disk of the registry is full')
  await folder.begin(begun)
  asking.request.url = `/${name.replace('/', '%2f')}`
  await hand(context, asking, withPublisher(body, begun.version, asking.caller))
  if (asking.response.statusCode === 201) await folder.end(name)
  else context.onFault()
  return undefined
}

/** Who published it, as its token says and not as the client does; searches show it. */
function withPublisher(body: Body, version: string, { name }: Identity): Body {
  const manifest = asObject(asObject(body['versions'])?.[version])
  return { ...body, versions: { [version]: { ...manifest, _npmUser: { name, email: '' } } } }
}

/** What is done to a package without a packument. */
async function act(
  context: Context,
  asking: Asking,
  action: Exclude<Writing, { kind: 'write' }>,
  value: unknown,
): Promise<Refusal | undefined> {
  const stored = await context.folder.read(action.name)
  if (stored === undefined) return unknown(action.name)
  if (action.kind === 'remove') {
    const versions = Object.keys(stored.versions)
    const no = refuseRemoval(stored, versions, removalRules(context, asking))
    if (no !== undefined) return no
    if (action.revision !== stored._rev)
      return refusal(409, 'REGISTRY_CHANGED_MEANWHILE', `${action.name} was changed meanwhile: try again`)
    await context.tombstones.add(action.name, versions)
  }
  if (action.kind === 'remove-tarball' && Object.hasOwn(stored.versions, action.version)) {
    const error = `${action.name}@${action.version} is published: its tarball goes with it and not before`
    return refusal(403, 'REGISTRY_VERSION_EXISTS', error)
  }
  if (action.kind === 'tag' && !isTag(action.tag)) {
    return refusal(400, 'REGISTRY_CHANGE_INVALID', `${action.tag} cannot be a dist-tag`)
  }
  await hand(context, asking, value)
  return undefined
}

function unknown(name: string): Refusal {
  return refusal(404, 'REGISTRY_NOT_FOUND', `${name} is not published here`)
}

function removalRules({ rules, now }: Context, { caller }: Asking) {
  return { group: caller.group, now: now(), unpublishWithin: rules.unpublishWithin }
}

/**
 * Lets Verdaccio do it, and resolves when it has answered. Its parser passes over a body that is there already, so that no client
 * holds the turn with one that does not come. Nothing is begun for a client that has left.
 */
async function hand(context: Context, { request, response }: Asking, body: unknown): Promise<void> {
  const { verdaccio, onFault, patience = PATIENCE } = context
  if (response.destroyed) return
  request.resume()
  Object.assign(request, { body: body ?? {}, _body: true })
  const closed = once(response, 'close', { signal: AbortSignal.timeout(patience) })
  verdaccio(request, response)
  const isAnswered = await closed.then(
    () => true,
    () => false,
  )
  if (!isAnswered || response.statusCode >= 500) onFault()
}
