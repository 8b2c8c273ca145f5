import { branchOf, mintToken } from '@mochi/build-cache'
import { problem, Type } from '@mochi/service'
import type { ServiceApp } from '@mochi/service'
import type { CacheContext } from '../context.ts'
import { grantOf } from '../auth/grants.ts'
import { Scope, Time } from './schemas.ts'

/** Hours of a run: a job may wait for the one before it. */
const RUN = 6

const Minted = Type.Object({ token: Type.String(), scope: Scope, expires: Time })

/**
 * A token of ours for that of a CI's run, with the same rights. GitHub's is good for some minutes, and a run that lasts longer
 * would be refused in its middle. One of ours is not taken: it would never end.
 */
export function addTokens(app: ServiceApp, { mintKey, isOfCi, now }: CacheContext): void {
  app.post('/v1/token', { schema: { response: { 200: Minted } } }, async (request) => {
    const grant = grantOf(request)
    if (!isOfCi(request.headers.authorization)) {
      throw problem(
        403,
        'CACHE_TOKEN_OF_OURS',
        'Only the token of a CI is exchanged; one of ours is good until it ends.',
      )
    }
    const { role, scope, writer } = grant
    const token = await mintToken(mintKey, { role, branch: branchOf(scope), writer, hours: RUN }, new Date(now()))
    return { token, scope, expires: new Date(now() + RUN * 3_600_000).toISOString() }
  })
}
