import { isMochiError } from '@mochi/errors'
import { askLauncher, askTree } from '@mochi/supervise'
import type { Answer, TreeEntry } from '@mochi/supervise'
import type { Context } from '../context.ts'
import { ensureTree } from './ensure-tree.ts'
import { launcherSocket } from './place.ts'
import type { UpPlace } from './place.ts'

/** Why a service does not serve, and where a command other than `logs` helps, that. */
export type ServiceFault = { readonly name: string; readonly fault: string; readonly next?: string | undefined }

export type StartServicesOptions = { readonly names: readonly string[]; readonly signal?: AbortSignal }

/**
 * Starts services at once; the faults of those that do not come to serve, or undefined when the signal was first. Throws what
 * `ensureTree` throws.
 */
export async function startServices(
  context: Context,
  place: UpPlace,
  { names, signal }: StartServicesOptions,
): Promise<readonly ServiceFault[] | undefined> {
  const entries = await addToTree(context, place, names)
  const faults = Promise.all(entries.map((entry) => start(place, entry)))
  const outcome = await (signal === undefined ? faults : Promise.race([aborted(signal), faults]))
  return outcome?.flat()
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
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
  const answer = await askLauncher(launcherSocket(place, name), { do: 'start' })
  const failed = faultOf(answer)
  return failed === undefined ? [] : [{ name, fault: failed }]
}

/** Why a launcher did not do what it was asked, with what kept it from starting a process at all. */
export function faultOf({ failed, status: { lastExit } }: Answer): string | undefined {
  return failed === undefined || lastExit?.reason === undefined ? failed : `${failed}: ${lastExit.reason}`
}
