import { formatError, isMochiError } from '@mochi/errors'
import { findFaults } from '../check/find-faults.ts'
import type { Finding } from '../check/finding.ts'
import { checkFormat } from '../check/format.ts'
import { formatFindings } from '../check/format-findings.ts'
import { lintRoot } from '../check/lint-root.ts'
import type { Workspace } from '../check/workspace.ts'
import type { Context } from '../context.ts'
import type { Step } from './tally.ts'

type CheckContext = Pick<Context, 'root' | 'home' | 'env' | 'stdout' | 'run' | 'command'> & {
  /** What ends the run: a check that has no result by then has none. */
  readonly ended: AbortSignal
}

/** What is checked beside the projects' tasks. It is no matter of one project, so it runs whatever changed. */
export type Checks = {
  format: (context: CheckContext) => Promise<Finding[]>
  lintRoot: (context: CheckContext, workspace: Workspace) => Promise<Finding[]>
  faults: (context: CheckContext, workspace: Workspace) => Promise<Finding[]>
}

export const allChecks: Checks = { format: checkFormat, lintRoot, faults: findFaults }

/** All of them side by side; every one has its result, whatever became of the others. */
export async function runChecks(context: CheckContext, workspace: Workspace, checks: Checks): Promise<Step[]> {
  const { ended } = context
  const end = new Promise<undefined>((resolve) => {
    if (ended.aborted) resolve(undefined)
    else ended.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const steps = [
    step('format', () => checks.format(context)),
    step('lint of the root', () => checks.lintRoot(context, workspace)),
    step('check', () => checks.faults(context, workspace)),
  ]
  const found = await Promise.all(steps.map((each) => Promise.race([end, each])))
  return found.filter((each) => each !== undefined)
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
