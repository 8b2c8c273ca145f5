import { access, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAppName } from '@mochi/names'
import { controlPath } from '@mochi/supervise'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'

/** Where the services of this user run: one place for all checkouts, or one of its own by name. */
export type UpPlace = { readonly instance: string | undefined; readonly folder: string }

/** The platform's `var`, or that of an instance, which has data and ports of its own. Throws NAMES_APP_INVALID. */
export function findUpPlace({ prefix }: Pick<Context, 'prefix'>, instance: string | undefined): UpPlace {
  if (instance === undefined) return { instance, folder: join(prefix, 'var') }
  return { instance, folder: join(prefix, 'var/instances', parseAppName(instance)) }
}

/** What the system says where a folder is not this user's to make. */
const REFUSALS: readonly (string | undefined)[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ELOOP']

/** Makes the folders of a place. Throws CLI_PREFIX_NOT_WRITABLE, as in a prefix of root's that comes with an image. */
export async function makeUpPlace({ prefix, home }: Context, { folder }: UpPlace): Promise<void> {
  try {
    for (const name of ['service', 'log']) await makeWritable(join(folder, name))
    await access(join(folder, 'up'), constants.W_OK).catch(ignoreAbsent)
  } catch (cause) {
    const { code, message: reason } = cause as NodeJS.ErrnoException
    if (!REFUSALS.includes(code)) throw cause
    throw errors.CLI_PREFIX_NOT_WRITABLE({ prefix, reason, own: join(home, '.mochi') }, { cause })
  }
}

async function makeWritable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 })
  await access(folder, constants.W_OK)
}

/** Whoever runs the services makes it, for this user alone. */
function ignoreAbsent(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

export function serviceFolder({ folder }: UpPlace, name: string): string {
  return join(folder, 'service', name)
}

export function logFolder({ folder }: UpPlace, name: string): string {
  return join(folder, 'log', name)
}

/** The socket on which the launcher of a service is asked. */
export function launcherSocket(place: UpPlace, name: string): string {
  return controlPath(serviceFolder(place, name))
}
