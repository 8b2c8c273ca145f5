import { redact } from '@mochi/errors'
import type { DoctorFlags } from '../commands/doctor.ts'
import type { Context, Output } from '../context.ts'
import { paint } from '../output/color.ts'
import type { Style } from '../output/color.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { checkDependencies, checkGit, checkHooks } from './checks/checkout.ts'
import { checkNetworkVariables } from './checks/network.ts'
import { checkNpmrc } from './checks/npmrc.ts'
import { checkTestPackages } from './checks/packages.ts'
import { checkPrerequisites } from './checks/prerequisites.ts'
import { checkDisk, checkShell, checkWatchers } from './checks/system.ts'
import { checkToolchain } from './checks/toolchain.ts'
import type { DoctorDocument } from './document.ts'
import { warn } from './finding.ts'
import type { Finding, FindingState } from './finding.ts'

type Check = (context: Context) => Promise<readonly Finding[]>

/** In the order in which one mends: what a later one needs comes first. */
const CHECKS: Readonly<Record<string, Check>> = {
  prerequisites: checkPrerequisites,
  git: checkGit,
  disk: checkDisk,
  toolchain: checkToolchain,
  dependencies: checkDependencies,
  hooks: checkHooks,
  shell: checkShell,
  watchers: checkWatchers,
  variables: checkNetworkVariables,
  npmrc: checkNpmrc,
  packages: checkTestPackages,
}

/** `mochi doctor`: exit code 1 when something that is needed is missing. */
export async function runDoctor(context: Context, flags: DoctorFlags): Promise<number> {
  const findings = await examine(context, CHECKS)
  const count = (state: FindingState): number => findings.filter((finding) => finding.state === state).length
  const document: DoctorDocument = { ...describeMachine(context), findings }
  if (flags.json) writeJson(context.stdout, document)
  else context.stdout.write(spellCommands(formatFindings(findings, context.stdout), context))
  if (!flags.json) context.stdout.write(summary(count('missing'), count('warn')))
  return count('missing') === 0 ? 0 : 1
}

/** Every check at once. One that breaks is a finding, so that the others are still told. */
export async function examine(context: Context, checks: Readonly<Record<string, Check>>): Promise<readonly Finding[]> {
  const results = Object.entries(checks).map(async ([name, check]) => {
    try {
      return await check(context)
    } catch (error) {
      const found = redact(`could not be looked at: ${error instanceof Error ? error.message : String(error)}`)
      return [warn({ id: name, found, meaning: 'The doctor itself has a fault here; please report it.' })]
    }
  })
  return (await Promise.all(results)).flat()
}

function describeMachine({ platform, root, prefix, clock }: Context): Omit<DoctorDocument, 'findings'> {
  return { time: new Date(clock.now()).toISOString(), platform, node: process.version, root, prefix }
}

const MARKS: Readonly<Record<FindingState, [Style, string]>> = {
  ok: ['green', 'ok'],
  warn: ['yellow', 'warn'],
  missing: ['red', 'missing'],
}

function formatFindings(findings: readonly Finding[], output: Output): string {
  const rows = findings.flatMap(({ id, state, found, meaning, fix }) => [
    [paint(output, ...MARKS[state]), id, found],
    ...(meaning === undefined ? [] : [['', '', meaning]]),
    ...(fix === undefined ? [] : [['', '', `mend: ${paint(output, 'cyan', fix)}`]]),
  ])
  return `${formatTable(rows, output.columns)}\n`
}

function summary(missing: number, warnings: number): string {
  if (missing === 0 && warnings === 0) return '\nThis machine has everything.\n'
  const warned = warnings === 1 ? '1 warning' : `${warnings} warnings`
  return missing === 0 ? `\nNothing is missing; ${warned}.\n` : `\n${missing} missing, ${warned}.\n`
}
