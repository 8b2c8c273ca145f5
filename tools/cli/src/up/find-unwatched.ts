import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findLiving } from '@mochi/supervise'
import type { KeptRecord } from '@mochi/supervise'
import { serviceFolder } from './place.ts'
import type { UpPlace } from './place.ts'

/** A service that lives on after the process that watched over it was killed. */
export type Unwatched = { readonly name: string; readonly record: KeptRecord }

/** Those of a place, by name; to be asked only where no tree answers. */
export async function findUnwatched(place: UpPlace): Promise<readonly Unwatched[]> {
  const names = await readdir(serviceFolder(place, '')).catch(() => [])
  return names.sort().flatMap((name) => {
    const living = findLiving(join(serviceFolder(place, name), 'launcher/processes.json'))
    const record = living.findLast(({ readySince }) => readySince !== undefined) ?? living.at(-1)
    return record === undefined ? [] : [{ name, record }]
  })
}
