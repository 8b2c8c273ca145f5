import { setTimeout as sleep } from 'node:timers/promises'
import { askTree, lives, startOf } from '@mochi/supervise'
import type { DownFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { chooseServices } from './choose-services.ts'
import { findUpPlace } from './place.ts'
import type { UpPlace } from './place.ts'

/**
 * `mochi down`: drains the services of this checkout, or those that are named with all their nodes, and ends the process that
 * runs them when none is left. Throws CLI_SERVICE_NOT_RUNNING for a name that does not run.
 */
export async function runDown(context: Context, flags: DownFlags, ...names: string[]): Promise<undefined> {
  const place = findUpPlace(context, flags.instance)
  const chosen = await chooseServices(context, place, names)
  if (chosen.length === 0) {
    context.stdout.write('Nothing of this checkout runs.\n')
    return
  }
  await stopServices(place, chosen)
  context.stdout.write(`Stopped ${chosen.join(', ')}.\n`)
}

const PAUSE = 5

/** Stops services and takes their directories away; their logs stay. The last one takes the tree with it. */
export async function stopServices({ folder }: UpPlace, names: readonly string[]): Promise<void> {
  const { pid, isStopping } = await askTree(folder, { do: 'remove', names, endWhenEmpty: true })
  if (!isStopping) return
  const start = startOf(pid)
  // It answers before it ends; who asks again at once must not find half of it.
  while (start !== undefined && lives({ pid, start })) await sleep(PAUSE)
}
