import { formatError } from '@mochi/errors'
import type { MochiError } from '@mochi/errors'
import { check, verify } from '@mochi/toolchain'
import type { CheckToolchainFlags, VerifyFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { artifactOptions, placeOf, platformOf, registryOf } from './place.ts'

/** `mochi toolchain check`: exit code 1 when a lock lacks anything. */
export async function runToolchainCheck(context: Context, flags: CheckToolchainFlags): Promise<number> {
  const online = flags.online ? { online: { registry: await registryOf(context), fetch } } : {}
  const report = await check({ root: context.root, ...online })
  const fine = `Both locks are complete: ${report.tools} tools, ${report.packages} packages, four platforms.`
  return conclude(context, { report, fine, json: flags.json })
}

/** `mochi toolchain verify`: exit code 1 when a file is not as locked; with `fix`, when one could not be mended. */
export async function runVerify(context: Context, flags: VerifyFlags): Promise<number> {
  const fix = flags.fix ? { fix: { environment: context.env } } : {}
  const report = await verify({
    ...placeOf(context),
    platform: platformOf(context.platform),
    artifacts: () => artifactOptions(context),
    ...fix,
  })
  const fine = `Generation ${report.generation} in ${report.prefix} is as locked: ${report.checked} checked.`
  if (!flags.json) context.stdout.write(formatMended(report))
  return conclude(context, { report, fine, json: flags.json })
}

/** One line for each fault that a repair has taken away. */
export function formatMended({ mended }: { mended: readonly Error[] }): string {
  return mended.map(({ message }) => `mended  ${message}\n`).join('')
}

type Conclusion = { report: { faults: readonly MochiError[] }; fine: string; json: boolean }

function conclude(context: Context, { report, fine, json }: Conclusion): number {
  const { stdout, stderr } = context
  if (json) writeJson(stdout, report)
  else if (report.faults.length === 0) stdout.write(`${fine}\n`)
  else stderr.write(`${spellCommands(report.faults.map(formatError).join('\n\n'), context)}\n`)
  return report.faults.length === 0 ? 0 : 1
}
