import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { askTree, lives, readLaunchFile, startOf } from '@mochi/supervise'
import type { DownFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { findTree } from './ensure-tree.ts'
import { findUpPlace, serviceFolder } from './place.ts'
import type { UpPlace } from './place.ts'

/**
 * `mochi down`: drains the services of this checkout, or those that are named, and ends the process that runs them when
 * none is left. Throws CLI_SERVICE_NOT_RUNNING for a name that does not run.
 */
export async function runDown(context: Context, flags: DownFlags, ...names: string[]): Promise<undefined> {
  const place = findUpPlace(context, flags.instance)
  const tree = await findTree(place)
  const running = tree?.entries.map(({ name }) => name) ?? []
  const unknown = names.find((name) => !running.includes(name))
  if (unknown !== undefined) throw errors.CLI_SERVICE_NOT_RUNNING({ name: unknown })
  const chosen = names.length > 0 ? names : await ofCheckout(context, place, running)
  if (chosen.length === 0) {
    context.stdout.write('Nothing of this checkout runs.\n')
    return
  }
  await stopServices(place, chosen)
  context.stdout.write(`Stopped ${chosen.join(', ')}.\n`)
}

const PAUSE = 5

/** Stops services and takes their directories away; their logs stay. The last one takes the tree with it. */
export async function stopServices({ folder, ...place }: UpPlace, names: readonly string[]): Promise<void> {
  const { entries } = await askTree(folder, { do: 'remove', names })
  for (const name of names) await rm(serviceFolder({ folder, ...place }, name), { recursive: true, force: true })
  if (entries.length > 0) return
  const { pid } = await askTree(folder, { do: 'status' })
  const start = startOf(pid)
  await askTree(folder, { do: 'stop' })
  // It answers before it ends; who asks again at once must not find half of it.
  while (start !== undefined && lives({ pid, start })) await sleep(PAUSE)
}

async function ofCheckout({ root }: Context, place: UpPlace, names: readonly string[]): Promise<readonly string[]> {
  const owned = names.map(async (name) => {
    const spec = await readLaunchFile(serviceFolder(place, name)).catch(() => undefined)
    return spec?.folder.startsWith(`${root}/`) === true ? [name] : []
  })
  return (await Promise.all(owned)).flat()
}
