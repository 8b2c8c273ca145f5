import { basename } from 'node:path'
import { askTree } from '@mochi/supervise'
import type { Context } from '../context.ts'
import { ensureTree, findTree } from './ensure-tree.ts'
import { findUnwatched } from './find-unwatched.ts'
import { findAppFolder } from './launch.ts'
import { notRunning } from './not-running.ts'
import type { UpPlace } from './place.ts'

/**
 * Those of the services that run which are meant: all of this checkout, or those named, each with its further nodes. Where the
 * process that watched over them was killed, another takes them over first. Throws CLI_SERVICE_NOT_RUNNING and what
 * `ensureTree` throws.
 */
export async function chooseServices(
  context: Context,
  place: UpPlace,
  { names, command }: { names: readonly string[]; command: string },
): Promise<readonly string[]> {
  const running = await findTended(context, place)
  const apps = new Map(
    await Promise.all(running.map(async (name) => [name, await findAppFolder(place, name)] as const)),
  )
  if (names.length === 0) return running.filter((name) => apps.get(name)?.startsWith(`${context.root}/`) === true)
  const meant = (name: string): readonly string[] =>
    running.filter((each) => each === name || basename(apps.get(each) ?? '') === name)
  const missing = names.find((name) => meant(name).length === 0)
  if (missing !== undefined) throw await notRunning(context, place, { name: missing, known: running, command })
  return [...new Set(names.flatMap(meant))]
}

/** What runs, once it is watched over. */
export async function findTended(context: Context, place: UpPlace): Promise<readonly string[]> {
  const found = await findTree(place)
  if (found !== undefined) return found.entries.map(({ name }) => name)
  const names = (await findUnwatched(place)).map(({ name }) => name)
  if (names.length === 0) return []
  await ensureTree(context, place)
  const { entries } = await askTree(place.folder, { do: 'add', names })
  return entries.map(({ name }) => name)
}
