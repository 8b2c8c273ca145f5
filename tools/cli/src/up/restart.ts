import { askLauncher } from '@mochi/supervise'
import type { RestartFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { chooseServices } from './choose-services.ts'
import { findUpPlace, launcherSocket } from './place.ts'

/**
 * `mochi restart NAME`: the next process serves before the old one drains, so that no request is lost; of a service with more
 * nodes one after the other. Resolves when all have. Throws CLI_SERVICE_NOT_RUNNING, and CLI_SERVICE_FAILED where the old
 * one had to go on.
 */
export async function runRestart(context: Context, flags: RestartFlags, ...names: string[]): Promise<undefined> {
  const place = findUpPlace(context, flags.instance)
  const chosen = await chooseServices(context, place, names)
  if (chosen.length === 0) context.stdout.write('Nothing of this checkout runs.\n')
  for (const name of chosen) {
    const begin = performance.now()
    const { failed, status } = await askLauncher(launcherSocket(place, name), { do: 'restart' })
    if (failed !== undefined) throw errors.CLI_SERVICE_FAILED({ faults: [{ name, fault: failed }] })
    const seconds = ((performance.now() - begin) / 1000).toFixed(2)
    context.stdout.write(`${name} is process ${status.pid} now, after ${seconds} s\n`)
  }
}
