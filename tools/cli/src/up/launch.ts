import { dirname } from 'node:path'
import { readLaunchFile } from '@mochi/supervise'
import type { LaunchSpec } from '@mochi/supervise'
import { serviceFolder } from './place.ts'
import type { UpPlace } from './place.ts'

/** What the directory of a service says of it; undefined where it says nothing that is understood. */
export function findLaunch(place: UpPlace, name: string): Promise<LaunchSpec | undefined> {
  return readLaunchFile(serviceFolder(place, name)).catch(() => undefined)
}

/** The folder of the sources that a service runs. */
export async function findAppFolder(place: UpPlace, name: string): Promise<string | undefined> {
  return (await findLaunch(place, name))?.folder
}

/** The checkout whose `apps/NAME` this is. */
export function checkoutOf(appFolder: string): string {
  return dirname(dirname(appFolder))
}
