import { rollback } from '@mochi/toolchain'
import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { placeOf } from './place.ts'

/** `mochi toolchain rollback`. */
export async function runRollback(context: Context, flags: JsonFlags): Promise<undefined> {
  const report = await rollback({ ...placeOf(context), now: () => new Date(context.clock.now()) })
  if (flags.json) {
    writeJson(context.stdout, report)
    return
  }
  context.stdout.write(
    `PATH now leads to generation ${report.to} in ${report.prefix}; it led to ${report.from}.\n` +
      'The lock of this checkout still wants its own: take toolchain.lock back with git to make the step last.\n',
  )
}
