import { visibleScopes, writableScope } from '@mochi/build-cache'
import { problem, Type } from '@mochi/service'
import type { ServiceApp } from '@mochi/service'
import { grantOf } from '../auth/grants.ts'
import type { CacheContext } from '../context.ts'
import { Hash, Revision, Scope, Task, Time } from './schemas.ts'

const Results = Type.Object({
  revision: Type.Optional(Revision),
  tasks: Type.Array(
    Type.Object({
      hash: Hash,
      task: Task,
      status: Type.Enum(['success', 'failure', 'remote-cache']),
      ms: Type.Number({ minimum: 0, maximum: 86_400_000 }),
    }),
    { maxItems: 5_000 },
  ),
})

const Flakes = Type.Object({
  flakes: Type.Array(
    Type.Object({
      task: Type.String(),
      hash: Hash,
      scope: Scope,
      passed: Type.Integer(),
      failed: Type.Integer(),
      first: Time,
      last: Time,
    }),
  ),
})

/** How tasks have ended, told by who ran them; and what of that is a flake. */
export function addResults(app: ServiceApp, { store }: CacheContext): void {
  app.post('/v1/results', { schema: { body: Results, response: { 204: Type.Null() } } }, async (request, reply) => {
    const { body } = request
    const grant = grantOf(request)
    const scope = writableScope(grant)
    if (scope === undefined) throw problem(403, 'CACHE_READ_ONLY', `A token of the role ${grant.role} writes nothing.`)
    store.addResults(scope, body.tasks)
    return reply.code(204).send(null)
  })
  app.get('/v1/flakes', { schema: { response: { 200: Flakes } } }, (request) => ({
    flakes: store.flakes(visibleScopes(grantOf(request))).map(({ first, last, ...flake }) => ({
      ...flake,
      first: new Date(first).toISOString(),
      last: new Date(last).toISOString(),
    })),
  }))
}
