import { findTree } from './ensure-tree.ts'
import { findUnwatched } from './find-unwatched.ts'
import { listInstances } from './list-instances.ts'
import { findUpPlace } from './place.ts'
import type { UpPlace } from './place.ts'

/** A place in which services run, watched over or not, and their names. */
export type Running = { readonly place: UpPlace; readonly names: readonly string[] }

/** Everything that runs out of a prefix: the platform, and each instance. */
export async function findRunning(prefix: string): Promise<readonly Running[]> {
  const places = listInstances(prefix).map((instance) => findUpPlace({ prefix }, instance))
  const found = await Promise.all(places.map(async (place) => ({ place, names: await runningIn(place) })))
  return found.filter(({ names }) => names.length > 0)
}

async function runningIn(place: UpPlace): Promise<readonly string[]> {
  const tree = await findTree(place)
  const entries = tree?.entries.filter(({ status }) => status !== undefined)
  return (entries ?? (await findUnwatched(place))).map(({ name }) => name)
}
