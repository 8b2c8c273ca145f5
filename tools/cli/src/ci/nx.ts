import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context, RunOptions } from '../context.ts'
import { plainText } from '../output/plain-text.ts'
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

export type NxOptions = {
  /** The commit that the projects are compared with; undefined: all of them run. */
  base: string | undefined
  /** The folder where runs of this scope of trust keep what they share; undefined: Nx's own places. */
  stateFolder: string | undefined
  soak: boolean
  quiet: boolean
}

/** What the shared build cache did in a run; what the plugin leaves (tools/nx/src/build-cache/run.ts). */
export type CacheAccount = {
  readonly hits: number
  readonly misses: number
  readonly stored: number
  /** Milliseconds that its faults have cost. */
  readonly lostMs: number
  /** Targets that were built again and came out otherwise; the run has told them in words. */
  readonly differences: readonly { readonly task: string }[]
}

/** What Nx did: how each task ended, and a failed step when Nx itself gave no account of them. */
export type NxRun = {
  readonly tasks: readonly TaskResult[]
  readonly faults: readonly Step[]
  /** Where a shared build cache was used. */
  readonly cache?: CacheAccount | undefined
}

/**
 * Runs lint, typecheck, coverage and build of every project, or of those that differ from the base. The account of them comes
 * from the plugin's `postTasksExecution` (tools/nx/src/task-results.ts), because Nx's own text differs between terminals.
 */
export async function runNx(
  context: Pick<Context, 'root' | 'env' | 'stdout' | 'stderr' | 'run'>,
  options: NxOptions,
): Promise<NxRun> {
  const folder = await mkdtemp(join(tmpdir(), 'mochi-test-'))
  const results = join(folder, 'results.json')
  try {
    const selection = options.base === undefined ? ['--projects', SLOW_FIRST] : ['--base', options.base]
    const command = options.base === undefined ? 'run-many' : 'affected'
    const args = [command, '--targets', TARGETS.join(','), ...selection, ...nxFlags(context)]
    const outcome = await context.run(join(context.root, 'node_modules/.bin/nx'), args, {
      cwd: context.root,
      env: { ...nxEnvironment(context, options), MOCHI_TASK_RESULTS: results },
      ...nxOutput(context, options),
    })
    const tasks = (await readJson<TaskResult[]>(results))?.map(withPlainOutput)
    const cache = await readJson<CacheAccount>(join(folder, 'cache.json'))
    if (tasks !== undefined && (outcome.code === 0 || tasks.some(({ ok }) => !ok))) return { tasks, faults: [], cache }
    const output = `nx ${command} ended with ${outcome.code ?? 'no exit code'}.\n${outcome.stdout}${outcome.stderr}`
    return { tasks: tasks ?? [], faults: [{ name: 'nx', ok: false, output: plainText(output) }], cache }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function nxFlags({ stdout }: Pick<Context, 'stdout'>): string[] {
  return stdout.isTTY ? [] : ['--outputStyle=static']
}

/** Tasks believe that they write for a terminal, and what comes from a cache was written for one. */
function nxOutput(context: Pick<Context, 'stdout' | 'stderr'>, { quiet }: NxOptions): RunOptions {
  const { isTTY, color } = context.stdout
  if (quiet) return { output: 'pipe' }
  if (isTTY || color) return { output: 'inherit' }
  return { onLine: (line, from) => context[from].write(`${plainText(line)}\n`) }
}

function withPlainOutput(result: TaskResult): TaskResult {
  return { ...result, output: plainText(result.output) }
}

/**
 * Without the daemon: it remembers which outputs it restored, and the reports were just removed. And without questions: one
 * in CI would end with exit code 0 and nothing done. And without the job's summary, which is for ours alone.
 */
function nxEnvironment({ env }: Pick<Context, 'env'>, { stateFolder, soak }: NxOptions): Context['env'] {
  const place = (variable: string, name: string): Context['env'] =>
    stateFolder === undefined ? {} : { [variable]: env[variable] ?? join(stateFolder, name) }
  return {
    ...env,
    ...place('NX_CACHE_DIRECTORY', 'cache'),
    ...place('NX_WORKSPACE_DATA_DIRECTORY', 'data'),
    GITHUB_STEP_SUMMARY: undefined,
    NX_DAEMON: 'false',
    NX_INTERACTIVE: 'false',
    ...(soak ? { MOCHI_SOAK: SOAK_FACTOR } : {}),
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch {
    return undefined
  }
}
