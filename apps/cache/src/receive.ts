import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { inspectArchive, releaseBuffer } from '@mochi/build-cache'
import { writeDraft } from '@mochi/files'
import type { Inspected } from '@mochi/build-cache'
import { problem } from '@mochi/service'
import pLimit from 'p-limit'
import type { CacheContext } from './context.ts'
import { pacedBody } from './paced-body.ts'
import { removeFile } from './store/bodies.ts'
import { isDiskFull } from './store/database.ts'
import { trustOf } from './store/pool.ts'
import type { Upload } from './store/store.ts'

/** Bytes that are read of a draft at once. */
const CHUNK = 262_144

/** Uploads that are taken in at once: the others wait in their connections, and not in memory. Slow branches do not hold main up. */
const uploads = { main: pLimit(32), branch: pLimit(32) }

/** Archives that are looked through at once: more would not be faster, and each is in memory. */
const inspections = pLimit(2)

/** Bytes of an archive that is looked through in one piece of memory, at two thirds of the cost. */
const WHOLE = 2 * 2 ** 20

export type Target = Pick<Upload, 'scope' | 'hash' | 'writer' | 'revision'>

/**
 * Takes the body of a request as the entry of a hash: into a draft, then looked through, then visible at once. Throws problems,
 * and BUILD_CACHE_ARCHIVE_REFUSED.
 */
export async function receive(context: CacheContext, request: IncomingMessage, target: Target): Promise<void> {
  const { store } = context
  const length = lengthOf(request, context.entryLimit)
  if (store.find(['main', target.scope], target.hash) !== undefined) throw taken(target)
  try {
    using _room = store.room.reserve(target.scope, length) ?? refuseRoom()
    await uploads[trustOf(target.scope)](() => take(context, pacedBody(request, context.now), { ...target, length }))
  } catch (error) {
    if (isDiskFull(error)) refuseRoom()
    throw error
  }
}

async function take(
  { store, openDraft, archiveLimits }: CacheContext,
  body: AsyncIterable<Uint8Array>,
  { length, ...target }: Target & { length: number },
): Promise<void> {
  const draft = await writeDraft(body, store.bodies.newDraft(), { algorithms: ['sha256'], openFile: openDraft })
  const { path, size } = draft
  try {
    if (size !== length) throw problem(400, 'CACHE_BODY_CUT', 'The body has another length than it said.')
    const { contents } = await inspections(() => inspect(path, { size, archiveLimits }))
    const outcome = store.commit({ ...target, draft: path, sha: draft.digests.sha256, size, contents })
    if (outcome === 'taken') throw taken(target)
    if (outcome === 'full') refuseRoom()
  } finally {
    removeFile(path)
  }
}

type Inspection = Pick<CacheContext, 'archiveLimits'> & { size: number }

async function inspect(path: string, { size, archiveLimits }: Inspection): Promise<Inspected> {
  if (size > WHOLE) return inspectArchive(createReadStream(path, { highWaterMark: CHUNK }), archiveLimits)
  const archive = await readFile(path)
  try {
    return await inspectArchive(archive, archiveLimits)
  } finally {
    releaseBuffer(archive)
  }
}

function lengthOf({ headers }: IncomingMessage, limit: number): number {
  const given = headers['content-length']
  if (given === undefined || !/^\d{1,15}$/.test(given))
    throw problem(411, 'LENGTH_REQUIRED', 'An entry says its length before it comes.')
  const length = Number(given)
  if (length <= limit) return length
  const detail = `An entry has at most ${limit} bytes (entryLimit).`
  throw problem(413, 'BODY_TOO_LARGE', { detail, headers: { connection: 'close' } })
}

function taken({ hash }: Target): unknown {
  return problem(409, 'CACHE_ENTRY_EXISTS', `${hash} has been written already; an entry never changes.`)
}

function refuseRoom(): never {
  throw problem(507, 'CACHE_NO_ROOM', 'There is no room for this entry: the budget or the disk is full.')
}
