import type { Benchmark } from '../benchmarks.ts'
import { findNginxFault } from '../cache/nginx.ts'
import { createPreparedCheckout } from '../prepared-checkout.ts'
import { findWrkFault } from '../swap/wrk.ts'
import { runTimed } from '../time-command.ts'
import { measureRegistry } from './measure-registry.ts'
import { findH2loadFault, ratedLoad } from './rated-load.ts'
import { startLocalUpstream } from './start-upstream.ts'
import { wrkLoad } from './wrk-load.ts'

const SIZES = {
  pairs: 5,
  seconds: 3,
  slowSeconds: 15,
  ratedSeconds: 5,
  tarball: 537_000,
  few: 8,
  many: 256,
  installs: 40,
  rounds: 3,
  patience: 20 * 60_000,
  packages: 5000,
  starts: 7,
}

const DEPENDENCIES = ['fastify', 'vitest'] as const

/** What the company's registry gives, beside Verdaccio and beside files of nginx. */
export const benchRegistry: Benchmark = async ({ say }) => {
  const why = findWrkFault() ?? findH2loadFault() ?? findNginxFault()
  if (why !== undefined) return { introduction: INTRODUCTION, results: [], missing: [{ what: 'the registry', why }] }
  say('setting a clone up')
  await using prepared = await createPreparedCheckout()
  const { checkout, env, generation } = prepared
  runTimed(['npx', 'nx', 'build', 'registry'], { cwd: checkout.path, env })
  await using upstream = await startLocalUpstream(env, env['npm_config_registry'])
  const loads = { load: wrkLoad, ratedLoad }
  const setup = { root: checkout.path, env, generation, sizes: SIZES, dependencies: DEPENDENCIES, ...loads }
  return { introduction: INTRODUCTION, results: await measureRegistry(setup, upstream, { say }), missing: [] }
}

const INTRODUCTION =
  'The company’s registry: `apps/registry` as servers run it, `node dist/main.js` below a launcher, beside stock Verdaccio 6.10.4 and files of nginx. All have what they are asked for from one upstream of the benchmark on loopback: nothing of it leaves the machine while it is measured.'
