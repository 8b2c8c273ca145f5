import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { isCi } from '../is-ci.ts'
import { TARGETS } from './tally.ts'
import type { Step, TaskResult } from './tally.ts'

/** How many times longer fault loops are than in a usual run: ten points of a loop become 300. */
const SOAK_FACTOR = '30'

/**
 * Of the tasks that may run, Nx starts those of the projects that most others depend on, then the ones that took longest
 * before, then in the order they were named. In a clean clone there is no before: projects with the tag `slow` are named
 * first, so that the run does not end with the longest task alone on one core.
 */
const SLOW_FIRST = 'tag:slow,*'

type NxOptions = { soak: boolean; quiet: boolean }

/** What Nx did: how each task ended, and a failed step when Nx itself gave no account of them. */
export type NxRun = { tasks: readonly TaskResult[]; faults: readonly Step[] }

/**
 * Runs every project's lint, typecheck and coverage. The account of them comes from the plugin's `postTasksExecution`
 * (tools/nx/src/task-results.ts), because Nx's own text differs between terminals.
 */
export async function runNx(
  context: Pick<Context, 'root' | 'env' | 'stdout' | 'run'>,
  options: NxOptions,
): Promise<NxRun> {
  const folder = await mkdtemp(join(tmpdir(), 'mochi-test-'))
  const results = join(folder, 'results.json')
  try {
    const args = ['run-many', '--targets', TARGETS.join(','), '--projects', SLOW_FIRST, ...nxFlags(context)]
    const outcome = await context.run(join(context.root, 'node_modules/.bin/nx'), args, {
      cwd: context.root,
      env: { ...nxEnvironment(context, options), MOCHI_TASK_RESULTS: results },
      output: options.quiet ? 'pipe' : 'inherit',
    })
    const tasks = await readResults(results)
    if (tasks !== undefined && (outcome.code === 0 || tasks.some(({ ok }) => !ok))) return { tasks, faults: [] }
    const output = `nx run-many ended with ${outcome.code ?? 'no exit code'}.\n${outcome.stdout}${outcome.stderr}`
    return { tasks: tasks ?? [], faults: [{ name: 'nx', ok: false, output }] }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function nxFlags({ stdout }: Pick<Context, 'stdout'>): string[] {
  return stdout.isTTY ? [] : ['--outputStyle=static']
}

/**
 * Without the daemon: it remembers which outputs it restored, and the reports were just removed. In CI the cache belongs
 * to the checkout; elsewhere Nx shares it among a user's checkouts.
 */
function nxEnvironment({ root, env }: Pick<Context, 'root' | 'env'>, { soak }: NxOptions): Context['env'] {
  return {
    ...env,
    NX_DAEMON: 'false',
    ...(isCi(env) && env['NX_CACHE_DIRECTORY'] === undefined ? { NX_CACHE_DIRECTORY: join(root, '.nx/cache') } : {}),
    ...(soak ? { MOCHI_SOAK: SOAK_FACTOR } : {}),
  }
}

async function readResults(path: string): Promise<TaskResult[] | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as TaskResult[]
  } catch {
    return undefined
  }
}
