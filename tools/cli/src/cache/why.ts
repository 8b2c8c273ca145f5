import prettyBytes from 'pretty-bytes'
import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { formatTable } from '../output/table.ts'
import type { GraphAnswer } from '../why/graph-answer.ts'
import { readGraph, suggest } from '../why/run.ts'
import { findToldClient } from './ask-cache.ts'
import type { Problem } from './ask-cache.ts'
import { errors } from './errors.ts'
import { formatDuration } from '../output/duration.ts'

/** An entry as the server tells of it (apps/cache, `GET /v1/entries/HASH`). */
export type CacheEntry = {
  scope: string
  hash: string
  writer: string
  written: string
  revision?: string
  sha256: string
  contents: string
  size: number
  task?: string
  /** Milliseconds that the task took its writer. */
  ms?: number
  hits: number
  lastRead: string
}

type Absence = { scope: string; kind: string; at: string; reason: string; writer: string }

/**
 * `mochi cache why HASH`, or `foo:build` for the hash of the files as they are: who wrote the entry, from which revision, and
 * who reads it; or why there is none. Exit code 1 when there is none. Throws CLI_CACHE_NO_HASH.
 */
export async function runCacheWhy(context: Context, { json }: JsonFlags, wanted: string): Promise<number> {
  const hash = /^\d{1,20}$/.test(wanted) ? wanted : await hashOf(context, wanted)
  const client = await findToldClient(context, { role: 'admin' })
  const answer = await client.find(hash)
  if (answer.found) {
    const { entries } = answer.document as { entries: readonly CacheEntry[] }
    if (json) writeJson(context.stdout, { hash, entries })
    else context.stdout.write(entries.map((entry) => formatEntry(entry, context.stdout.columns)).join('\n'))
    return 0
  }
  const absences = (answer.problem.absences ?? []) as readonly Absence[]
  if (json) writeJson(context.stdout, { hash, entries: [], absences })
  else context.stdout.write(formatAbsence(hash, answer.problem, absences))
  return 1
}

async function hashOf(context: Context, wanted: string): Promise<string> {
  const [project = '', target = ''] = wanted.replace(/^@mochi\//, '').split(':')
  const graph = await readGraph(context, project, target)
  const hash = graph.target?.cached?.hash
  if (hash === undefined) throw errors.CLI_CACHE_NO_HASH({ wanted, nearest: suggestTargets(graph, project, target) })
  return hash
}

/** Of a project alone, or of a target that is not cached, the cached ones that most ask for. */
function suggestTargets(graph: GraphAnswer, project: string, target: string): readonly string[] {
  const targets = graph.projects[project]
  if (targets === undefined || !(target === '' || targets.includes(target))) return suggest(graph, project, target)
  return ['build', 'coverage']
    .filter((each) => each !== target && targets.includes(each))
    .map((each) => `${project}:${each}`)
}

/** Pure. */
export function formatEntry(entry: CacheEntry, columns: number): string {
  const { hash, scope, writer, written, revision, task, ms, size, hits, lastRead, sha256, contents } = entry
  const rows = [
    ['hash', hash],
    ['task', task ?? 'not told'],
    ['in', scope === 'main' ? 'main, which all read' : `${scope}, which only it reads`],
    ['written by', `${writer}, ${written}${revision === undefined ? '' : `, from ${revision}`}`],
    ['saves', ms === undefined ? 'not told' : `${formatDuration(ms)} a hit`],
    ['hits', hits === 0 ? 'none' : `${hits}, the last ${lastRead}`],
    ['size', prettyBytes(size)],
    ['sha256', sha256],
    ['outputs', contents],
  ]
  return `${formatTable(rows, columns)}\n`
}

function formatAbsence(hash: string, { detail }: Problem, absences: readonly Absence[]): string {
  const lines = absences.map(
    ({ scope, kind, at, reason, writer }) => `  ${at}  ${scope}: ${kind}, ${reason} (${writer})\n`,
  )
  return `There is no entry ${hash}. ${detail ?? ''}\n${lines.join('')}`
}
