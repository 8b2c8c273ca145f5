import type { Benchmark, BenchContext, Findings } from '../benchmarks.ts'
import type { Result } from '../comparison.ts'
import { createPreparedCheckout } from '../prepared-checkout.ts'
import { findWrkFault } from '../swap/wrk.ts'
import { runTimed } from '../time-command.ts'
import { measureRelay } from './bench-relay.ts'
import { measureTransfers } from './bench-transfer.ts'
import { measureWorkspace } from './bench-workspace.ts'
import { startCacheServer } from './cache-server.ts'
import type { CacheServer } from './cache-server.ts'
import { findNginxFault, startNginx } from './nginx.ts'

/** What the shared build cache gives, and what it costs. */
export const benchCache: Benchmark = async ({ say }) => {
  say('setting a clone up')
  await using prepared = await createPreparedCheckout()
  runTimed(['npx', 'nx', 'build', 'cache'], { cwd: prepared.checkout.path, env: prepared.env })
  await using cache = await startCacheServer({ ...prepared, root: prepared.checkout.path })
  const missing: Findings['missing'][number][] = []
  const results: Result[] = []
  results.push(...(await measureWorkspace(prepared, cache, { say })))
  const why = findWrkFault() ?? findNginxFault()
  if (why === undefined) results.push(...(await measureBesideNginx(cache, { say })))
  else missing.push({ what: 'GET and PUT', why })
  results.push(...(await measureRelay({ root: prepared.checkout.path, env: prepared.env }, { cache, say })))
  return { introduction: INTRODUCTION, results, missing }
}

const INTRODUCTION =
  'The shared build cache: `apps/cache` as servers run it, `node dist/main.js` below a launcher, with archives as builds make them.'

async function measureBesideNginx(cache: CacheServer, context: BenchContext): Promise<Result[]> {
  await using nginx = await startNginx()
  return await measureTransfers({ cache, nginx }, context)
}
