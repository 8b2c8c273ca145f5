import { visibleScopes } from '@mochi/build-cache'
import type { Grant } from '@mochi/build-cache'
import { problem, Type } from '@mochi/service'
import type { ServiceApp } from '@mochi/service'
import { grantOf } from '../auth/grants.ts'
import type { CacheContext } from '../context.ts'
import type { Absence, Entry } from '../store/entry.ts'
import { Hash, HashParams, Scope, Time, Writer } from './schemas.ts'

const Pool = Type.Object({ entries: Type.Integer(), bytes: Type.Integer(), budget: Type.Integer() })

const Status = Type.Object({
  scopes: Type.Array(
    Type.Object({
      scope: Scope,
      entries: Type.Integer(),
      bytes: Type.Integer(),
      hits: Type.Integer(),
      misses: Type.Integer(),
      savedMs: Type.Integer(),
    }),
    { description: 'Hits, misses and saved time are those of who asks in that scope, in the last 30 days' },
  ),
  budget: Type.Object({ bytes: Type.Integer(), main: Pool, branch: Pool }),
  evictions: Type.Integer(),
  refusals: Type.Integer(),
  uptime: Type.Number({ description: 'Seconds' }),
})

const Entries = Type.Object({
  entries: Type.Array(
    Type.Object({
      scope: Scope,
      hash: Hash,
      writer: Type.String(),
      written: Time,
      revision: Type.Optional(Type.String()),
      sha256: Type.String(),
      contents: Type.String(),
      size: Type.Integer(),
      task: Type.Optional(Type.String()),
      ms: Type.Optional(Type.Integer()),
      hits: Type.Integer(),
      lastRead: Time,
    }),
  ),
})

const Purge = Type.Object(
  { scope: Type.Optional(Scope), hash: Type.Optional(Hash), writer: Type.Optional(Writer) },
  { additionalProperties: false, minProperties: 1 },
)
const Purged = Type.Object({ entries: Type.Integer(), bytes: Type.Integer() })

/** What is there, why something is not, and how it is taken away. */
export function addStatus(app: ServiceApp, context: CacheContext): void {
  const { store } = context
  app.get('/v1/status', { schema: { response: { 200: Status } } }, (request) =>
    readStatus(context, visibleScopes(grantOf(request))),
  )
  app.get('/v1/entries/:hash', { schema: { params: HashParams, response: { 200: Entries } } }, (request) => {
    const { params } = request
    const grant = grantOf(request)
    const entries = store.entriesOf(params.hash).filter(({ scope }) => mayKnow(grant, scope))
    if (entries.length > 0) return { entries: entries.map(describeEntry) }
    const absences = store.absencesOf(params.hash, visibleScopes(grant))
    throw problem(404, 'CACHE_ENTRY_UNKNOWN', {
      detail:
        absences[0] === undefined
          ? 'Nobody has written this hash, as far as this token may know.'
          : whyNot(absences[0]),
      members: { absences: absences.map(describeAbsence) },
    })
  })
  app.post('/v1/purge', { schema: { body: Purge, response: { 200: Purged } } }, (request) => {
    const { body } = request
    const grant = grantOf(request)
    if (grant.role !== 'admin') throw problem(403, 'CACHE_ADMIN_ONLY', 'Only a token of the role admin purges.')
    return store.purge(body, grant.writer)
  })
}

function mayKnow(grant: Grant, scope: string): boolean {
  return visibleScopes(grant)?.includes(scope) ?? true
}

function readStatus({ store, started, now }: CacheContext, scopes: readonly string[] | undefined) {
  const { evicted, refused, pools } = store.counts()
  const { main, branch } = store.room.budget
  return {
    scopes: store.summary(30, scopes).map(({ saved, ...scope }) => ({ ...scope, savedMs: saved })),
    budget: {
      bytes: main + branch,
      main: { ...pools.main, budget: main },
      branch: { ...pools.branch, budget: branch },
    },
    evictions: evicted,
    refusals: refused,
    uptime: (now() - started) / 1000,
  }
}

function describeEntry({ sha, written, used, revision, task, ms, ...entry }: Entry) {
  const { scope, hash, writer, contents, size, hits } = entry
  return {
    scope,
    hash,
    writer,
    contents,
    size,
    hits,
    sha256: sha,
    written: new Date(written).toISOString(),
    lastRead: new Date(used).toISOString(),
    ...(revision === null ? {} : { revision }),
    ...(task === null ? {} : { task }),
    ...(ms === null ? {} : { ms }),
  }
}

function whyNot({ kind, scope, at, reason }: Absence): string {
  return `It was ${kind} from ${scope} at ${new Date(at).toISOString()}: ${reason}.`
}

function describeAbsence({ scope, kind, at, reason, writer }: Absence) {
  return { scope, kind, at: new Date(at).toISOString(), reason, writer }
}
