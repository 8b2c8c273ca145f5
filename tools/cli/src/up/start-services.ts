import { isMochiError } from '@mochi/errors'
import { askLauncher, askTree } from '@mochi/supervise'
import type { TreeEntry } from '@mochi/supervise'
import type { Context } from '../context.ts'
import { ensureTree } from './ensure-tree.ts'
import { launcherSocket } from './place.ts'
import type { UpPlace } from './place.ts'

/** Why a service does not serve. */
export type ServiceFault = { readonly name: string; readonly fault: string }

/** Starts services at once; the faults of those that do not come to serve. Throws what `ensureTree` throws. */
export async function startServices(
  context: Context,
  place: UpPlace,
  names: readonly string[],
): Promise<readonly ServiceFault[]> {
  const entries = await addToTree(context, place, names)
  return (await Promise.all(entries.map((entry) => start(place, entry)))).flat()
}

/** By another tree where the one that ran is about to end: a `down` of its last service takes it along. */
async function addToTree(context: Context, place: UpPlace, names: readonly string[]): Promise<readonly TreeEntry[]> {
  for (;;) {
    await ensureTree(context, place)
    try {
      const { entries, isStopping } = await askTree(place.folder, { do: 'add', names })
      if (!isStopping) return entries.filter(({ name }) => names.includes(name))
    } catch (error) {
      if (!isMochiError(error) || error.code !== 'SUPERVISE_NOT_RUNNING') throw error
    }
  }
}

async function start(place: UpPlace, { name, fault }: TreeEntry): Promise<readonly ServiceFault[]> {
  if (fault !== undefined) return [{ name, fault }]
  const { failed } = await askLauncher(launcherSocket(place, name), { do: 'start' })
  return failed === undefined ? [] : [{ name, fault: failed }]
}
