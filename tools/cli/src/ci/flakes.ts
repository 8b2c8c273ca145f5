import { findCache } from '@mochi/build-cache/find-cache'
import { findClient } from '../cache/ask-cache.ts'
import type { Context } from '../context.ts'
import type { Flake } from '../report/report.ts'
import { rememberResults } from './history.ts'
import type { TaskResult } from './tally.ts'

/** Milliseconds: a run does not wait for a cache that is away. */
const DEADLINE = 2000

type Run = { readonly revision: string; readonly now: number; readonly history: string }

/**
 * Adds the results of a run to the history in a file, and returns the flakes among its tasks, the latest first: those of this
 * machine's history, and those that the shared build cache has seen on others, where there is one that answers.
 */
export async function findFlakes(
  context: Pick<Context, 'root' | 'prefix' | 'env'>,
  tasks: readonly TaskResult[],
  { revision, now, history }: Run,
): Promise<readonly Flake[]> {
  const [own, shared] = await Promise.all([rememberResults(history, tasks, { revision, now }), readShared(context)])
  const names = new Set(tasks.map(({ project, target }) => `${project}:${target}`))
  return mergeFlakes([...own, ...shared.filter(({ task }) => names.has(task))])
}

/** A result that both have seen counts once: of two accounts of one hash the longer one holds. Pure. */
export function mergeFlakes(flakes: readonly Flake[]): readonly Flake[] {
  const merged = new Map<string, Flake>()
  for (const flake of flakes) {
    const key = `${flake.task} ${flake.hash}`
    const known = merged.get(key)
    if (known === undefined || countOf(flake) > countOf(known)) merged.set(key, flake)
  }
  return [...merged.values()].sort((a, b) => (a.last < b.last ? 1 : -1))
}

function countOf({ passed, failed }: Flake): number {
  return passed + failed
}

/** None where the cache does not answer: that it is away is told by the run itself, and the report does without. */
async function readShared(context: Pick<Context, 'root' | 'prefix' | 'env'>): Promise<readonly Flake[]> {
  if (findCache(context.root, context.env) === undefined) return []
  try {
    const client = await findClient(context, { role: 'reader', deadline: DEADLINE })
    return ((await client.ask('v1/flakes')) as { flakes: readonly Flake[] }).flakes
  } catch {
    return []
  }
}
