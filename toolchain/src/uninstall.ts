import { lstat, readdir, rm, rmdir } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import type { UninstallPlan } from './api.ts'
import { errors } from './errors.ts'
import { sizeOf } from './tree.ts'

/** What the installer and the CLI make below a prefix, in the order of removal: first what PATH leads to. */
export const OURS = [
  ...['env', 'opt', 'tmp', 'etc/profile.sh', 'etc/profile.fish', 'etc/zsh'],
  ...['var/node-compile-cache', 'var/toolchain'],
]

/** Folders of which only parts are ours; what else they hold is the user's. */
const SHARED = ['etc', 'var']

const REASONS: Readonly<Record<string, string>> = {
  'etc/secrets': 'secrets, which cannot be made again',
  'etc/services': 'configuration of services',
  'etc/host.json': 'what this machine is',
}

/**
 * What `uninstall` would remove from a prefix, and what stays with the reason: data, secrets, configuration, and whatever
 * is not ours. Error: TOOLCHAIN_PREFIX_REFUSED.
 */
export async function planUninstall({ prefix }: { prefix: string }): Promise<UninstallPlan> {
  const found = await lstat(prefix).catch(() => undefined)
  if (found === undefined) return { prefix, remove: [], stay: [] }
  if (!isAbsolute(prefix) || prefix === '/' || !found.isDirectory())
    throw errors.TOOLCHAIN_PREFIX_REFUSED({ prefix, reason: 'it is not a folder of its own' })
  const names = await readdir(prefix)
  if (!names.includes('env') || !names.includes('opt'))
    throw errors.TOOLCHAIN_PREFIX_REFUSED({ prefix, reason: 'it holds no env/ and opt/' })
  const inside = await Promise.all(SHARED.map((name) => list(prefix, name)))
  const standing = [...names.filter((name) => !SHARED.includes(name)), ...inside.flat()]
  const ours = OURS.filter((path) => standing.includes(path))
  const remove = await Promise.all(
    ours.map(async (path) => ({ path: join(prefix, path), bytes: await sizeOf(join(prefix, path)) })),
  )
  const stay = standing
    .filter((path) => !OURS.includes(path))
    .sort()
    .map((path) => ({ path: join(prefix, path), why: reasonFor(path) }))
  return { prefix, remove, stay }
}

/** Applies a plan, then takes away the folders that are empty. Error: TOOLCHAIN_NOT_CONFIRMED. */
export async function uninstall(plan: UninstallPlan, options: { confirmed: boolean }): Promise<void> {
  if (!options.confirmed) throw errors.TOOLCHAIN_NOT_CONFIRMED({ prefix: plan.prefix })
  for (const { path } of plan.remove) {
    if (!OURS.some((name) => path === join(plan.prefix, name)))
      throw errors.TOOLCHAIN_PREFIX_REFUSED({ prefix: plan.prefix, reason: `${path} is not ours` })
    await rm(path, { recursive: true, force: true })
  }
  const folders = plan.remove.map(({ path }) => dirname(path)).filter((path) => path !== plan.prefix)
  for (const folder of [...new Set(folders), plan.prefix]) await removeEmpty(folder)
}

async function list(prefix: string, name: string): Promise<string[]> {
  const names = await readdir(join(prefix, name)).catch(() => [])
  return names.map((entry) => `${name}/${entry}`)
}

function reasonFor(path: string): string {
  return REASONS[path] ?? (path.startsWith('var/') ? 'data of a service' : 'it is not ours')
}

/** A folder that still holds something stays; so does `/mochi`, where it is a place that the system gave us. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY', 'EACCES', 'EPERM', 'EROFS'].includes(code)) throw error
  })
}
