import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { formatError, isMochiError } from '@mochi/errors'
import type { Finding } from '../check/finding.ts'
import { findFaults } from '../check/find-faults.ts'
import { checkFormat } from '../check/format.ts'
import { formatFindings } from '../check/format-findings.ts'
import { readWorkspace } from '../check/read-workspace.ts'
import { lintRoot } from '../check/lint-root.ts'
import type { Workspace } from '../check/workspace.ts'
import type { Context } from '../context.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTally } from './format-tally.ts'
import { parseJunit } from './junit.ts'
import { runNx } from './nx.ts'
import { reportPath, tally } from './tally.ts'
import type { Step, TestedProject } from './tally.ts'

type TestContext = Pick<Context, 'root' | 'home' | 'env' | 'stdout' | 'run' | 'command'>

/** The steps that are no task of a project. */
export type Checks = {
  format: (context: TestContext) => Promise<Finding[]>
  lintRoot: (context: TestContext, workspace: Workspace) => Promise<Finding[]>
  faults: (context: TestContext, workspace: Workspace) => Promise<Finding[]>
}

/**
 * Runs everything the project checks and says how it went, last line `N passed, N failed`. Every step runs, whatever the
 * ones before said. Returns the exit code: 0 when nothing failed.
 */
export async function runTests(
  context: TestContext,
  flags: { soak: boolean; json: boolean },
  checks: Checks = { format: checkFormat, lintRoot, faults: findFaults },
): Promise<number> {
  const workspace = await readWorkspace(context)
  await removeReports(context.root, workspace)
  const [format, rootLint, check, nx] = await Promise.all([
    step('format', () => checks.format(context)),
    step('lint of the root', () => checks.lintRoot(context, workspace)),
    step('check', () => checks.faults(context, workspace)),
    runNx(context, { soak: flags.soak, quiet: flags.json }),
  ])
  // Data has the commands as the documentation spells them, a text as the user can type them.
  const steps = [format, rootLint, check, ...nx.faults].map((found) =>
    flags.json ? found : { ...found, output: spellCommands(found.output, context) },
  )
  const result = tally(steps, nx.tasks, await readProjects(context.root, workspace))
  context.stdout.write(flags.json ? `${JSON.stringify(result, undefined, 2)}\n` : `\n${formatTally(result)}`)
  return result.failed === 0 ? 0 : 1
}

/** A check that breaks down is a failed step like any other: the rest of the run still counts. */
async function step(name: string, find: () => Promise<readonly Finding[]>): Promise<Step> {
  try {
    const findings = await find()
    return { name, ok: findings.length === 0, output: formatFindings(findings), whole: true }
  } catch (error) {
    const text = isMochiError(error) ? formatError(error) : error instanceof Error ? error.stack : undefined
    return { name, ok: false, output: text ?? String(error), whole: true }
  }
}

/** A report of an earlier run must not speak for this one. What Nx answers from its cache it writes again. */
async function removeReports(root: string, { packages }: Workspace): Promise<void> {
  await Promise.all(packages.map(({ folder }) => rm(join(root, reportPath(folder)), { force: true })))
}

function readProjects(root: string, { packages }: Workspace): Promise<TestedProject[]> {
  return Promise.all(
    packages.map(async ({ folder, name, files }) => ({
      name,
      folder,
      hasTests: files.some(({ path }) => path.startsWith(`${folder}/src/`) && path.endsWith('.test.ts')),
      report: await readReport(join(root, reportPath(folder))),
    })),
  )
}

async function readReport(path: string): Promise<TestedProject['report']> {
  try {
    return parseJunit(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
