import { askLauncher } from '@mochi/supervise'
import type { RestartFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { chooseServices } from './choose-services.ts'
import { findTree } from './ensure-tree.ts'
import { formatNothingRuns } from './not-running.ts'
import { findUpPlace, launcherSocket } from './place.ts'
import type { UpPlace } from './place.ts'
import { faultOf, startServices } from './start-services.ts'

/**
 * `mochi restart NAME`: the next process serves before the old one drains, so that no request is lost; of a service with more
 * nodes one after the other. Resolves when all have. Throws CLI_SERVICE_NOT_RUNNING, and CLI_SERVICE_FAILED where the old
 * one had to go on.
 */
export async function runRestart(context: Context, flags: RestartFlags, ...names: string[]): Promise<undefined> {
  const place = findUpPlace(context, flags.instance)
  const chosen = await chooseServices(context, place, { names, command: 'restart' })
  if (chosen.length === 0) context.stdout.write(await formatNothingRuns(context, place, 'restart'))
  for (const name of chosen) {
    const begin = performance.now()
    const pid = await restartService(context, place, name)
    const seconds = ((performance.now() - begin) / 1000).toFixed(2)
    context.stdout.write(`${name} is process ${pid} now, after ${seconds} s\n`)
  }
}

async function restartService(context: Context, place: UpPlace, name: string): Promise<number | undefined> {
  const socket = launcherSocket(place, name)
  const entry = (await findTree(place))?.entries.find((each) => each.name === name)
  // One that could not be taken into care has no launcher that could be asked.
  if (entry?.status === undefined) {
    const faults = (await startServices(context, place, { names: [name] })) ?? []
    if (faults.length > 0) throw errors.CLI_SERVICE_FAILED({ faults, instance: place.instance })
    return (await askLauncher(socket, { do: 'status' })).status.pid
  }
  const answer = await askLauncher(socket, { do: 'restart' })
  const fault = faultOf(answer)
  if (fault !== undefined) throw errors.CLI_SERVICE_FAILED({ faults: [{ name, fault }], instance: place.instance })
  return answer.status.pid
}
