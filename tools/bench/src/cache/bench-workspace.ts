import { readFile } from 'node:fs/promises'
import type { BenchContext } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import type { PreparedCheckout } from '../prepared-checkout.ts'
import { runTimed } from '../time-command.ts'
import type { CacheServer } from './cache-server.ts'
import { cloneFresh, LIBRARIES, resultsOf, shareWorkspace } from './shared-workspace.ts'
import type { FreshClone } from './shared-workspace.ts'
import { mustAllBe } from './task-statuses.ts'

const TARGETS = ['lint', 'typecheck', 'coverage', 'build'] as const
const PAIRS = 7

/** What a workspace of many libraries has of a shared cache: a clone that runs nothing, and what that costs a task. */
export async function measureWorkspace(
  prepared: PreparedCheckout,
  cache: CacheServer,
  { say }: BenchContext,
): Promise<Result[]> {
  say(`making a workspace of ${LIBRARIES} libraries`)
  await shareWorkspace(prepared, cache)
  await using clone = await cloneFresh(prepared)
  return [
    await measureClone({ first: firstOf(prepared), clone }, cache, { say }),
    await measureRelay({ clone, cache, libraries: LIBRARIES }, { say }),
    await measureRelay({ clone, cache, libraries: 1 }, { say }),
  ]
}

type Runnable = Pick<FreshClone, 'path' | 'env'>

function firstOf({ checkout, env }: PreparedCheckout): Runnable {
  return { path: checkout.path, env: { ...env, MOCHI_TASK_RESULTS: resultsOf(checkout.home) } }
}

type Run = { readonly targets: readonly string[]; readonly libraries: number; readonly status: string }

/** The milliseconds of a run of Nx, of which every task has to end with that status. */
async function timeRun({ path, env }: Runnable, { targets, libraries, status }: Run): Promise<number> {
  const projects = libraries === 1 ? 'made-001' : 'made-*'
  const { ms } = runTimed(['npx', 'nx', 'run-many', '-t', ...targets, `--projects=${projects}`], { cwd: path, env })
  mustAllBe(status, libraries * targets.length, await readFile(env['MOCHI_TASK_RESULTS'] ?? '', 'utf8'))
  return ms
}

async function measureClone(
  { first, clone }: { first: Runnable; clone: Runnable },
  { token }: CacheServer,
  { say }: BenchContext,
): Promise<Result> {
  const run = ({ path, env }: Runnable, status: string): Promise<number> =>
    timeRun({ path, env: { ...env, MOCHI_CACHE_TOKEN: token } }, { targets: TARGETS, libraries: LIBRARIES, status })
  say('running all tasks of its first clone')
  const other = await run(first, 'success')
  say('running all tasks of its second clone')
  const ours = await run(clone, 'remote-cache')
  return {
    what: `all tasks of ${LIBRARIES} libraries in a fresh clone`,
    labels: { ours: `nx run-many -t ${TARGETS.join(' ')}, second clone`, other: 'the same, first clone' },
    pairs: [{ ours, other }],
    goal: { of: 'ratio', most: 0.1 },
    note: `${LIBRARIES * TARGETS.length} tasks, as the template of a library has them. The first clone runs them all and writes what they made; the second, with a HOME and caches of its own, reads it.`,
  }
}

type RelayRun = { readonly clone: FreshClone; readonly cache: CacheServer; readonly libraries: number }

/** The same hits, once by the relay and once by Nx alone. */
function measureRelay({ clone, cache, libraries }: RelayRun, { say }: BenchContext): Promise<Result> {
  const isOne = libraries === 1
  const what = isOne ? 'a run of one task from the cache' : 'a task from the cache, of a hundred'
  say(`measuring ${what}, with and without the relay`)
  const measure = (extra: Readonly<Record<string, string>>) => async () => {
    await clone.forget()
    const own = { path: clone.path, env: { ...clone.env, ...extra } }
    return (await timeRun(own, { targets: ['typecheck'], libraries, status: 'remote-cache' })) / libraries
  }
  const direct = {
    MOCHI_CACHE_URL: '',
    NX_SELF_HOSTED_REMOTE_CACHE_SERVER: cache.url,
    NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: cache.token,
  }
  return compare({
    what,
    ours: { label: 'nx run-many -t typecheck', measure: measure({ MOCHI_CACHE_TOKEN: cache.token }) },
    other: { label: 'the same, Nx at the cache without the relay', measure: measure(direct) },
    pairs: PAIRS,
    ...(isOne ? {} : { goal: { of: 'difference', most: 2 } }),
    note: isOne
      ? 'What the relay costs once in a run, its start.'
      : `The time of a run of ${libraries} such tasks, Nx’s own cache empty, through their number: the relay’s start is in it.`,
  })
}
