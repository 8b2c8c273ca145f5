import { join } from 'node:path'
import { exchangeToken } from '../cache/exchange-token.ts'
import { readWorkspace } from '../check/read-workspace.ts'
import { findFailures } from '../report/find-failures.ts'
import type { CiFlags } from '../commands/ci.ts'
import { createWorkspace } from '../check/workspace.ts'
import type { Workspace } from '../check/workspace.ts'
import type { Context, Run } from '../context.ts'
import { exitCodeOf } from '../interrupted.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { allChecks, runChecks } from './checks.ts'
import type { Checks } from './checks.ts'
import type { CiRun } from './ci-run.ts'
import { createReport } from './create-report.ts'
import { errors } from './errors.ts'
import { findBase } from './find-base.ts'
import { findFlakes } from './flakes.ts'
import { formatSelection } from './format-selection.ts'
import type { Selection } from './format-selection.ts'
import { formatTally } from './format-tally.ts'
import { runNx } from './nx.ts'
import type { NxRun } from './nx.ts'
import { publish } from './publish.ts'
import { readAffected } from './read-affected.ts'
import { readRun } from './read-run.ts'
import { readReports, removeReports, selectProjects } from './selected-projects.ts'
import { adoptDatabase, beginWithMain, stateFolder } from './state-folder.ts'
import { tally } from './tally.ts'
import { untilEnd, withResult } from './until-end.ts'

export type CiContext = Pick<
  Context,
  'root' | 'prefix' | 'home' | 'env' | 'stdout' | 'stderr' | 'run' | 'command' | 'clock' | 'interrupted'
>

/**
 * Checks what differs from the base, or everything, writes the reports and says how it went: last line
 * `N passed, N failed`. Every step runs, whatever the ones before said. Ctrl-C or SIGTERM ends what runs, and the reports are
 * written of what is known. Returns the exit code: 0 when nothing failed, 130 or 143 when it was ended. Throws
 * CLI_BASE_AND_ALL, CLI_BASE_UNKNOWN, CLI_HISTORY_SHALLOW, and CLI_COMMAND_FAILED where Nx cannot read the workspace.
 */
export async function runCi(given: CiContext, flags: CiFlags, checks: Checks = allChecks): Promise<number> {
  if (flags.all && flags.base !== undefined) throw errors.CLI_BASE_AND_ALL({})
  const ended = given.interrupted(['SIGINT', 'SIGTERM'])
  const endable: Run = (command, args, options) => given.run(command, args, { ...options, signal: ended })
  const context = { ...given, ended, run: endable, env: await exchangeToken(given) }
  const started = context.clock.now()
  const run = await readRun(context)
  const { workspace, selection } = await readEverything(context, { flags, run })
  const projects = selectProjects(selection.graph, workspace)
  if (!flags.json) context.stdout.write(formatSelection(selection, projects))
  await removeReports(context.root, projects)
  const [steps, whole] = await Promise.all([
    runChecks(context, workspace, checks),
    runTasks(context, { flags, run, selection }),
  ])
  const nx = ended.aborted ? untilEnd(whole, ended) : whole
  // Data has the commands as the documentation spells them, a text as the user can type them.
  const told = [...steps, ...nx.faults].map((found) =>
    flags.json ? found : { ...found, output: spellCommands(found.output, context) },
  )
  const known = ended.aborted ? withResult(projects, nx.tasks) : projects
  // What a task has half written is no report.
  if (ended.aborted)
    await removeReports(
      context.root,
      known.filter(({ targets }) => !targets.includes('coverage')),
    )
  const checked = await readReports(context.root, known)
  const result = tally(told, nx.tasks, checked)
  const now = context.clock.now()
  const history = join(stateFolder(context.root, run), 'history.db')
  const flakes = await findFlakes(context, nx.tasks, { now, history, ...run })
  const facts = { ...run, base: selection.base?.commit, started: new Date(started), ms: now - started, flakes }
  const report = createReport({ ...facts, counts: result, projects: checked, tasks: nx.tasks, steps: told })
  const files = await publish(context, run, report)
  if (flags.json)
    writeJson(context.stdout, { base: selection.base, affected: projects, ...result, flakes, files, cache: nx.cache })
  else
    context.stdout.write(`\n${formatTally(result, { flakes, files, cache: nx.cache, failures: findFailures(report) })}`)
  return ended.aborted ? exitCodeOf(ended) : result.failed === 0 ? 0 : 1
}

type Asked = { flags: CiFlags; run: CiRun }

type EndableContext = CiContext & { readonly ended: AbortSignal }

/** What is to be checked; nothing where the run was ended while that was being read. */
async function readEverything(
  context: EndableContext,
  asked: Asked,
): Promise<{ workspace: Workspace; selection: Selection }> {
  try {
    const [workspace, selection] = await Promise.all([readWorkspace(context), select(context, asked)])
    return { workspace, selection }
  } catch (error) {
    if (!context.ended.aborted) throw error
    const graph = { changed: [], projects: {}, affected: [], touched: {}, removed: {}, database: '' }
    return { workspace: createWorkspace([]), selection: { base: undefined, graph } }
  }
}

async function select(context: EndableContext, { flags, run }: Asked): Promise<Selection> {
  const asked = flags.base === undefined ? undefined : [{ revision: flags.base, why: 'as asked', fork: false }]
  const base = flags.all ? undefined : await findBase(context, asked ?? run.bases)
  return { base, graph: await readAffected(context, base?.commit) }
}

/** Nx is not called for nothing: it gives no account then. */
async function runTasks(
  context: EndableContext,
  { flags, run, selection }: Asked & { selection: Selection },
): Promise<NxRun> {
  if (selection.graph.affected.length === 0 || context.ended.aborted) return { tasks: [], faults: [] }
  await beginWithMain(context.root, run)
  await adoptDatabase(stateFolder(context.root, run), selection.graph.database)
  return runNx(context, {
    base: selection.base?.commit,
    stateFolder: run.scope === undefined ? undefined : stateFolder(context.root, run),
    soak: flags.soak,
    quiet: flags.json,
  })
}
