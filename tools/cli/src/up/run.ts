import type { UpFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { writeJson } from '../output/json.ts'
import { hooksSettled, settleHooks } from '../setup/run.ts'
import { planNext } from '../status/plan-next.ts'
import { formatNext } from '../status/run.ts'
import { bringUp } from './bring-up.ts'
import { findUpPlace } from './place.ts'
import { readServices } from './read-services.ts'
import { createSteps } from './steps.ts'
import { formatServices } from './table.ts'
import { watchServices } from './watch.ts'

/**
 * `mochi up`: starts the services of this checkout beside whatever of this user's runs already, and waits until they serve.
 * On a terminal it stays and shows them, and a Ctrl-C stops what it started; elsewhere, and with `--detach`, it ends.
 * Throws CLI_SERVICE_FAILED when one of them does not serve, and what `bringUp` throws.
 */
export async function runUp(context: Context, flags: UpFlags, ...names: string[]): Promise<number> {
  const { stdout } = context
  const steps = createSteps(context)
  const standing = await settleHooks(context)
  const place = findUpPlace(context, flags.instance)
  const up = await bringUp(context, place, { wish: { names, nodes: new Map(flags.nodes) }, steps })
  const rows = (await readServices(context, place)).filter(({ name }) => up.names.includes(name))
  if (flags.json) writeJson(stdout, { folder: place.folder, services: rows })
  else stdout.write(formatServices(rows, context))
  if (up.faults.length > 0) throw errors.CLI_SERVICE_FAILED({ faults: up.faults })
  if (flags.json) return 0
  if (stdout.isTTY && !flags.detach) return watchServices(context, place, { ...up, signal: context.interrupted() })
  stdout.write(formatNext(context, planNext(hooksSettled(standing))))
  return 0
}
