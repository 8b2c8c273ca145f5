import { join } from 'node:path'
import { parseAppName } from '@mochi/names'
import { controlPath } from '@mochi/supervise'
import { tmpdir } from 'node:os'
import type { Context } from '../context.ts'

/** Where the services of this user run: one place for all checkouts, or one of its own by name. */
export type UpPlace = { readonly instance: string | undefined; readonly folder: string }

/** The platform's `var`, or that of an instance, which has data and ports of its own. Throws NAMES_APP_INVALID. */
export function findUpPlace({ prefix }: Context, instance: string | undefined): UpPlace {
  if (instance === undefined) return { instance, folder: join(prefix, 'var') }
  return { instance, folder: join(prefix, 'var/instances', parseAppName(instance)) }
}

export function serviceFolder({ folder }: UpPlace, name: string): string {
  return join(folder, 'service', name)
}

export function logFolder({ folder }: UpPlace, name: string): string {
  return join(folder, 'log', name)
}

/** The socket on which the launcher of a service is asked. */
export function launcherSocket(place: UpPlace, name: string): string {
  return controlPath(serviceFolder(place, name), { temporary: tmpdir(), uid: process.getuid?.() ?? 0 })
}
