import { setTimeout as sleep } from 'node:timers/promises'
import { askTree, lives, startOf } from '@mochi/supervise'
import type { DownFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { chooseServices } from './choose-services.ts'
import { formatNothingRuns } from './not-running.ts'
import { findUpPlace, logFolder } from './place.ts'
import type { UpPlace } from './place.ts'
import { tellWaiting } from './waiting.ts'

/**
 * `mochi down`: drains the services of this checkout, or those that are named with all their nodes, and ends the process that
 * runs them when none is left. Throws CLI_SERVICE_NOT_RUNNING for a name that does not run, and what `stopServices`
 * throws.
 */
export async function runDown(context: Context, flags: DownFlags, ...names: string[]): Promise<undefined> {
  const place = findUpPlace(context, flags.instance)
  const chosen = await chooseServices(context, place, { names, command: 'down' })
  if (chosen.length === 0) {
    context.stdout.write(await formatNothingRuns(context, place, 'down'))
    return
  }
  await stopServices(context, place, chosen)
  context.stdout.write(`Stopped ${chosen.join(', ')}.\n`)
}

const PAUSE = 5

/**
 * Stops services and takes their directories away; their logs stay. The last one takes the tree with it. Throws
 * CLI_SERVICE_NOT_STOPPED when a log did not take what its service wrote.
 */
export async function stopServices(context: Context, place: UpPlace, names: readonly string[]): Promise<void> {
  const { instance } = place
  await using _told = tellWaiting(context, place, names)
  const { pid, isStopping, entries } = await askTree(place.folder, { do: 'remove', names, endWhenEmpty: true })
  const faults = entries.flatMap(({ name, fault }) =>
    fault !== undefined && names.includes(name) ? [{ name, fault }] : [],
  )
  if (faults.length > 0) throw errors.CLI_SERVICE_NOT_STOPPED({ faults, instance, folder: logFolder(place, '') })
  const start = isStopping ? startOf(pid) : undefined
  // It answers before it ends; who asks again at once must not find half of it.
  while (start !== undefined && lives({ pid, start })) await sleep(PAUSE)
}
