import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Context } from '../context.ts'
import { spellCommands } from '../output/spell.ts'
import type { Finding } from './finding.ts'
import { applyFormat, checkFormat } from './format.ts'
import { formatFindings, sortFindings } from './format-findings.ts'
import { findFaults } from './find-faults.ts'
import { planFixes } from './plan-fixes.ts'
import { readWorkspace } from './read-workspace.ts'
import type { Workspace } from './workspace.ts'

type CheckContext = Pick<Context, 'root' | 'home' | 'command' | 'stdout' | 'run'>

/** Where the findings come from. */
export type Checks = {
  format: (context: CheckContext) => Promise<Finding[]>
  faults: (context: CheckContext, workspace: Workspace) => Promise<Finding[]>
}

/**
 * Reports everything that is wrong in the workspace. With `fix` it first writes what a program can tell, and reports what
 * is left. Returns the exit code: 0 when nothing is.
 */
export async function runCheck(
  context: CheckContext,
  flags: { fix: boolean; json: boolean },
  checks: Checks = { format: checkFormat, faults: findFaults },
): Promise<number> {
  const mended = flags.fix ? await applyFixes(context, checks) : []
  const findings = sortFindings(await allFindings(context, checks))
  if (flags.json) {
    const shown = findings.map(({ fix, fixable, ...facts }) => ({ ...facts, fixable: fixable ?? fix !== undefined }))
    context.stdout.write(`${JSON.stringify({ mended, findings: shown }, undefined, 2)}\n`)
  } else {
    context.stdout.write(spellCommands(formatFindings(findings), context) + summary(findings.length, mended.length))
  }
  return findings.length === 0 ? 0 : 1
}

async function allFindings(context: CheckContext, checks: Checks): Promise<Finding[]> {
  const rules = async () => checks.faults(context, await readWorkspace(context))
  const [format, faults] = await Promise.all([checks.format(context), rules()])
  return [...format, ...faults]
}

/** Writes what the rules would have, then formats: the paths of the rules' files. */
async function applyFixes(context: CheckContext, checks: Checks): Promise<string[]> {
  const workspace = await readWorkspace(context)
  const findings = await checks.faults(context, workspace)
  const changed = planFixes(workspace, findings)
  for (const { path, text } of changed) {
    await mkdir(dirname(join(context.root, path)), { recursive: true })
    await writeFile(join(context.root, path), text)
  }
  await applyFormat(context)
  return changed.map(({ path }) => path).sort()
}

function summary(left: number, mended: number): string {
  const done = mended === 0 ? '' : `${count(mended, 'file')} written. `
  return left === 0 ? `${done}Nothing is wrong.\n` : `${done}${count(left, 'finding')}.\n`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
