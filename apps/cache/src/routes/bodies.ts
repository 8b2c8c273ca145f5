import { readableScopes, writableScope } from '@mochi/build-cache'
import type { Grant } from '@mochi/build-cache'
import { DamagedFile } from '@mochi/files'
import { isMochiError } from '@mochi/errors'
import type { IncomingMessage } from 'node:http'
import { problem, Type } from '@mochi/service'
import type { ServiceApp } from '@mochi/service'
import { grantOf } from '../auth/grants.ts'
import type { CacheContext } from '../context.ts'
import { receive } from '../receive.ts'
import { sendBody } from '../send-body.ts'
import type { BodyReply } from '../send-body.ts'
import { HashParams } from './schemas.ts'

/** The remote cache protocol of Nx. */
export function addBodies(app: ServiceApp, context: CacheContext): void {
  const schema = { params: HashParams }
  app.get('/v1/cache/:hash', { schema }, (request, reply) => get(context, request, reply))
  app.register(async (scope: ServiceApp) => {
    // The body goes to a file as it comes; nobody parses it.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.put('/v1/cache/:hash', { schema: { ...schema, response: { 200: Type.Null() } } }, (request) =>
      put(context, request),
    )
    await Promise.resolve()
  })
}

/** What of a request is looked at. */
type Asking = { readonly raw: IncomingMessage; readonly params: { readonly hash: string } }

async function get(context: CacheContext, request: Asking, reply: BodyReply): Promise<void> {
  const { params } = request
  const grant = grantOf(request)
  const entry = context.store.find(readableScopes(grant), params.hash)
  if (entry === undefined) return miss(context, grant)
  using _held = context.store.room.hold(entry)
  try {
    await sendBody(reply, entry, { file: context.store.bodies.path(entry.trust, entry.sha), hot: context.hot })
  } catch (error) {
    if (reply.sent || !isLost(error)) throw error
    context.store.dropDamaged(entry, error instanceof DamagedFile ? error.message : 'its body was not there')
    return miss(context, grant)
  }
  context.store.hit(entry, grant.scope)
}

function miss({ store }: CacheContext, grant: Grant): never {
  store.miss(grant.scope)
  throw problem(404, 'CACHE_MISS', 'No scope that this token reads has this hash.')
}

function isLost(error: unknown): boolean {
  return error instanceof DamagedFile || (error as NodeJS.ErrnoException).code === 'ENOENT'
}

async function put(context: CacheContext, request: Asking): Promise<null> {
  const { params } = request
  const grant = grantOf(request)
  const scope = writableScope(grant)
  if (scope === undefined) throw problem(403, 'CACHE_READ_ONLY', `A token of the role ${grant.role} writes nothing.`)
  const { hash } = params
  try {
    await receive(context, request.raw, { scope, hash, writer: grant.writer, revision: revisionOf(request) })
    return null
  } catch (error) {
    if (!isMochiError(error) || error.code !== 'BUILD_CACHE_ARCHIVE_REFUSED') throw error
    const reason = String(error.facts['reason'])
    context.store.refuse({ scope, hash, reason, writer: grant.writer })
    throw problem(422, error)
  }
}

/** The commit that its writer names; what is none is passed over. */
function revisionOf({ raw: { headers } }: Asking): string | null {
  const given = headers['x-mochi-revision']
  return typeof given === 'string' && /^[0-9a-f]{7,64}$/.test(given) ? given : null
}
