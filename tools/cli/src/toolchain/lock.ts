import { lock } from '@mochi/toolchain'
import type { LockReport } from '@mochi/toolchain'
import type { LockFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { artifactOptions } from './place.ts'

/** `mochi toolchain lock`. */
export async function runLock(context: Context, flags: LockFlags): Promise<undefined> {
  const report = await lock({
    root: context.root,
    ...(await artifactOptions(context)),
    now: () => new Date(context.clock.now()),
    update: flags.update,
    dryRun: flags.dryRun,
  })
  if (flags.json) writeJson(context.stdout, report)
  else context.stdout.write(spellCommands(formatLockReport(report, flags, context.stdout.columns), context))
}

/** What a person reads of a lock that was made, or in a dry run would be. */
export function formatLockReport(report: LockReport, flags: Pick<LockFlags, 'dryRun'>, columns: number): string {
  const changes = report.changes.map(({ kind, name, detail }) => [kind, name, detail])
  const lines = [
    ...report.updated.map(({ tool, from, to }) => `${tool}: ${from} becomes ${to}`),
    ...(changes.length === 0 ? [] : [formatTable(changes, columns)]),
    ...report.notes.map((note) => `note: ${note}`),
    summary(report, flags),
  ]
  return `${lines.join('\n')}\n`
}

function summary({ written, changes, generation }: LockReport, { dryRun }: Pick<LockFlags, 'dryRun'>): string {
  if (written) return `Wrote toolchain.lock: generation ${generation}. Next: ./mochi setup, then commit both files.`
  if (dryRun && changes.length > 0) return `Would write toolchain.lock: generation ${generation}. Nothing was written.`
  return `toolchain.lock is as toolchain.json wants it: generation ${generation}.`
}
