import { createCheckout } from '@mochi/testing'
import type { Checkout } from '@mochi/testing'
import type { Benchmark } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result } from '../comparison.ts'
import { runTimed, timeCommand } from '../time-command.ts'
import { perfTime } from './perf-log.ts'
import { planProjects } from './projects.ts'

const PROJECTS = 1000
const PAIRS = 11
const SHOW = ['node_modules/.bin/nx', 'show', 'projects', '--json'] as const

/** What inferring the targets of a thousand projects costs, as a share of Nx's own work and by the wall clock. */
export const benchGraph: Benchmark = async ({ say }) => {
  say(`making two workspaces of ${PROJECTS} projects`)
  await using full = await createWorkspace()
  await using empty = await createWorkspace()
  await empty.write({ 'tools/nx/src/plugin.ts': EMPTY_PLUGIN })
  say('measuring our share of the project graph')
  const results = [measureShare(full)]
  for (const isolated of [false, true]) {
    say(`measuring the wall clock, plugins ${isolated ? 'isolated' : 'in process'}`)
    results.push(await measureWallClock(full, empty, isolated))
  }
  return { introduction: INTRODUCTION, results, missing: [] }
}

const INTRODUCTION = `What inferring the targets of ${PROJECTS} generated projects costs. Each depends on two others; pnpm has installed them; neither workspace uses the Nx daemon.`

/** Stands where the real one stands and is asked about the same files, so that only the inference differs. */
const EMPTY_PLUGIN = `import type { CreateNodes } from '@nx/devkit'

export const createNodes: CreateNodes = ['{apps/*,libs/*,tools/*,toolchain,docs}/package.json', () => []]
export const name = '@mochi/nx'
`

async function createWorkspace(): Promise<Checkout> {
  const checkout = await createCheckout()
  await checkout.write(planProjects(PROJECTS))
  const args = ['install', '--no-frozen-lockfile', '--prefer-offline', '--ignore-scripts', '--reporter=silent']
  runTimed(['pnpm', ...args], { cwd: checkout.path, env: checkout.env })
  return checkout
}

/** Both figures are of one process: our part, and the whole that it is a part of. */
function measureShare(full: Checkout): Result {
  const env = { ...full.env, NX_ISOLATE_PLUGINS: 'true', NX_PERF_LOGGING: 'true' }
  const measure = () => {
    const { output } = runTimed(SHOW, { cwd: full.path, env })
    return { ours: perfTime(output, '@mochi/nx:createNodes'), other: perfTime(output, 'createProjectGraphAsync') }
  }
  measure()
  return {
    what: 'createNodes, of the whole project graph',
    labels: { ours: '@mochi/nx:createNodes', other: 'createProjectGraphAsync' },
    pairs: Array.from({ length: PAIRS }, measure),
    goal: { of: 'ratio', most: 0.03 },
    note: 'Both times are of the same process, as Nx itself logs them (NX_PERF_LOGGING). Plugins are isolated for this figure alone: in process Nx runs all plugins at once on one thread, and the time of each holds the others. Loading the plugin is not in it; the wall clock below has everything.',
  }
}

function measureWallClock(full: Checkout, empty: Checkout, isolated: boolean): Promise<Result> {
  const measureIn = (checkout: Checkout) => () =>
    timeCommand(SHOW, { cwd: checkout.path, env: { ...checkout.env, NX_ISOLATE_PLUGINS: String(isolated) } })
  return compare({
    what: `wall clock, plugins ${isolated ? 'isolated (the default of Nx)' : 'in process (our setting)'}`,
    ours: { label: 'nx show projects', measure: measureIn(full) },
    other: { label: 'nx show projects, with a plugin that infers nothing', measure: measureIn(empty) },
    pairs: PAIRS,
    note: 'The difference is the work of Nx on what was inferred: merging, caching and, isolated, moving the targets between processes.',
  })
}
