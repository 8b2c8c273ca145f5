import { askLauncher } from '@mochi/supervise'
import type { RestartFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { findTree } from './ensure-tree.ts'
import { findUpPlace, launcherSocket } from './place.ts'

/**
 * `mochi restart NAME`: the next process serves before the old one drains, so that no request is lost. Resolves when it
 * has. Throws CLI_SERVICE_NOT_RUNNING, and CLI_SERVICE_FAILED where the old one had to go on.
 */
export async function runRestart(context: Context, flags: RestartFlags, ...names: string[]): Promise<undefined> {
  const place = findUpPlace(context, flags.instance)
  const running = (await findTree(place))?.entries.map(({ name }) => name) ?? []
  const chosen = names.length > 0 ? names : running
  for (const name of chosen) {
    if (!running.includes(name)) throw errors.CLI_SERVICE_NOT_RUNNING({ name })
    const begin = performance.now()
    const { failed, status } = await askLauncher(launcherSocket(place, name), { do: 'restart' })
    if (failed !== undefined) throw errors.CLI_SERVICE_FAILED({ faults: [`${name}: ${failed}`], name })
    const seconds = ((performance.now() - begin) / 1000).toFixed(2)
    context.stdout.write(`${name} is process ${status.pid} now, after ${seconds} s\n`)
  }
}
