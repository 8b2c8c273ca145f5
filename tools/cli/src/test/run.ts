import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkFormat } from '../check/format.ts'
import { formatFindings } from '../check/format-findings.ts'
import { readWorkspace } from '../check/read-workspace.ts'
import { findFaults } from '../check/rules.ts'
import type { Workspace } from '../check/workspace.ts'
import type { Context } from '../context.ts'
import { formatTally } from './format-tally.ts'
import { parseJunit } from './junit.ts'
import { runNx } from './nx.ts'
import { reportPath, tally } from './tally.ts'
import type { Step, TestedProject } from './tally.ts'

type TestContext = Pick<Context, 'root' | 'env' | 'stdout' | 'run'>

/**
 * Runs everything the project checks and says how it went, last line `N passed, N failed`. Every step runs, whatever the
 * ones before said. Returns the exit code: 0 when nothing failed.
 */
export async function runTests(context: TestContext, flags: { soak: boolean; json: boolean }): Promise<number> {
  const workspace = await readWorkspace(context)
  await removeReports(context.root, workspace)
  const [format, check, nx] = await Promise.all([
    formatStep(context),
    checkStep(context, workspace),
    runNx(context, { soak: flags.soak, quiet: flags.json }),
  ])
  const result = tally([format, check, ...nx.faults], nx.tasks, await readProjects(context.root, workspace))
  context.stdout.write(flags.json ? `${JSON.stringify(result, undefined, 2)}\n` : `\n${formatTally(result)}`)
  return result.failed === 0 ? 0 : 1
}

async function formatStep(context: TestContext): Promise<Step> {
  const findings = await checkFormat(context)
  return { name: 'format', ok: findings.length === 0, output: formatFindings(findings) }
}

async function checkStep(context: TestContext, workspace: Workspace): Promise<Step> {
  const findings = await findFaults(context, workspace)
  return { name: 'check', ok: findings.length === 0, output: formatFindings(findings) }
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
