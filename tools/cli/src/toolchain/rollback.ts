import { join } from 'node:path'
import { readLock, rollback } from '@mochi/toolchain'
import type { RollbackReport } from '@mochi/toolchain'
import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { changeablePlaceOf } from './place.ts'

/** `mochi toolchain rollback [ID]`. */
export async function runRollback(context: Context, flags: JsonFlags, id?: string): Promise<undefined> {
  const place = changeablePlaceOf(context)
  const report = await rollback({ ...place, now: () => new Date(context.clock.now()), to: id })
  if (flags.json) {
    writeJson(context.stdout, report)
    return
  }
  const lock = await readLock(join(context.root, 'toolchain/toolchain.lock')).catch(() => undefined)
  context.stdout.write(describe(report, lock?.generation))
}

/** `wanted` is what the lock of this checkout asks for, where it can be read. */
function describe({ prefix, from, to }: RollbackReport, wanted: string | undefined): string {
  if (from === to) return `Nothing to do: generation ${to} is current in ${prefix}.\n`
  const done = `Generation ${to} is current in ${prefix}${from === undefined ? '' : `; it was ${from}`}.\n`
  if (wanted === undefined || wanted === to) return done
  return `${done}The lock of this checkout still wants ${wanted}: take toolchain.lock back with git to make the step last.\n`
}
