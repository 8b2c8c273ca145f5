import { rollback } from '@mochi/toolchain'
import type { RollbackReport } from '@mochi/toolchain'
import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { changeablePlaceOf } from './place.ts'

/** `mochi toolchain rollback [ID]`. */
export async function runRollback(context: Context, flags: JsonFlags, id?: string): Promise<undefined> {
  const report = await rollback({ ...changeablePlaceOf(context), now: () => new Date(context.clock.now()), to: id })
  if (flags.json) {
    writeJson(context.stdout, report)
    return
  }
  context.stdout.write(`${describe(report)}\n`)
}

function describe({ prefix, from, to }: RollbackReport): string {
  if (from === to) return `Nothing to do: generation ${to} is current in ${prefix}.`
  return [
    `Generation ${to} is current in ${prefix}${from === undefined ? '' : `; it was ${from}`}.`,
    'The lock of this checkout still wants its own: take toolchain.lock back with git to make the step last.',
  ].join('\n')
}
