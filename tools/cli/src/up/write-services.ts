import { mkdir, readdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { applyDirectory, planDirectory } from '@mochi/supervise'
import { writeFileAtomic } from '@mochi/toolchain/atomic-file'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { findAppFolder } from './launch.ts'
import { logFolder, serviceFolder } from './place.ts'
import type { UpPlace } from './place.ts'
import { CREDENTIALS } from './plan-services.ts'
import type { Credentials, PlannedService } from './plan-services.ts'

/** A service directory that was written, and which of its files are others than before. */
export type WrittenService = { readonly name: string; readonly changed: readonly string[] }

/**
 * Writes service directories. Throws CLI_SERVICE_OF_OTHER_CHECKOUT, before it writes anything, when one that runs belongs to
 * the sources of another.
 */
export async function writeServices(
  { root }: Context,
  place: UpPlace,
  { planned, running }: { planned: readonly PlannedService[]; running: readonly string[] },
): Promise<readonly WrittenService[]> {
  for (const { name } of planned) if (running.includes(name)) await refuseOthers(root, place, name)
  return Promise.all(planned.map((service) => writeService(place, service)))
}

async function refuseOthers(root: string, place: UpPlace, name: string): Promise<void> {
  const folder = await findAppFolder(place, name)
  if (folder === undefined || folder.startsWith(`${root}/`)) return
  throw errors.CLI_SERVICE_OF_OTHER_CHECKOUT({ name, folder, instance: place.instance })
}

async function writeService(place: UpPlace, { name, directory, credentials }: PlannedService): Promise<WrittenService> {
  const folder = serviceFolder(place, name)
  await mkdir(logFolder(place, name), { recursive: true, mode: 0o700 })
  await mkdir(join(folder, 'log'), { recursive: true, mode: 0o700 })
  await symlink(logFolder(place, name), join(folder, 'log/main')).catch(ignoreExisting)
  await writeCredentials(join(folder, CREDENTIALS), credentials)
  return { name, changed: await applyDirectory(folder, planDirectory(directory)) }
}

/** For this user alone; what else stood there goes. */
async function writeCredentials(room: string, credentials: Credentials | undefined): Promise<void> {
  const found: readonly string[] = await readdir(room).catch(() => [])
  const old = found.map((name) => join(room, name)).filter((folder) => folder !== credentials?.folder)
  await Promise.all(old.map((folder) => rm(folder, { recursive: true, force: true })))
  if (credentials === undefined) return
  await mkdir(credentials.folder, { recursive: true, mode: 0o700 })
  for (const [key, text] of Object.entries(credentials.secrets))
    await writeFileAtomic(join(credentials.folder, key), `${text}\n`, { mode: 0o600 })
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
}
