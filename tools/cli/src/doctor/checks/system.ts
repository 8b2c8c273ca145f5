import { readFile, statfs } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import prettyBytes from 'pretty-bytes'
import { SHELLS } from '../../commands/completion.ts'
import type { Context } from '../../context.ts'
import { missing, ok, warn } from '../finding.ts'
import type { Finding } from '../finding.ts'

/** The shell whose start file `profile add` edits. */
export function checkShell({ env }: Pick<Context, 'env'>): Promise<readonly Finding[]> {
  const id = 'shell'
  const shell = env['SHELL'] ?? ''
  if (SHELLS.some((known) => known === basename(shell))) return Promise.resolve([ok(id, shell)])
  const finding = warn({
    id,
    found: shell === '' ? 'SHELL is not set' : shell,
    meaning: 'profile add and completion know bash, zsh and fish only.',
    fix: './mochi toolchain profile add --shell bash',
  })
  return Promise.resolve([finding])
}

/** Free space where the toolchain and the checkout stand. */
export async function checkDisk({ prefix, root }: Pick<Context, 'prefix' | 'root'>): Promise<readonly Finding[]> {
  const places = [
    { id: 'disk.prefix', path: prefix },
    { id: 'disk.checkout', path: root },
  ]
  return Promise.all(places.map(async ({ id, path }) => judgeDisk({ id, path, free: await freeBytes(path) })))
}

export function judgeDisk({ id, path, free }: { id: string; path: string; free: number | undefined }): Finding {
  if (free === undefined)
    return warn({ id, found: `cannot be told for ${path}`, meaning: 'An installation may run out of space.' })
  const found = `${prettyBytes(free)} free at ${path}`
  if (free >= 2e9) return ok(id, found)
  const trouble = { id, found, fix: 'free some space; ./mochi toolchain prune removes old generations' }
  if (free >= 5e8) return warn({ ...trouble, meaning: 'Toolchain, dependencies and caches take up to 2 GB.' })
  return missing({ ...trouble, meaning: 'Neither toolchain nor dependencies can be installed.' })
}

/** Of the folder, or of the nearest one above it that exists. */
async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  } catch {
    return dirname(path) === path ? undefined : freeBytes(dirname(path))
  }
}

/** Linux limits how many files a user's programs may watch; editors and `nx serve` share them. */
export async function checkWatchers({ platform }: Pick<Context, 'platform'>): Promise<readonly Finding[]> {
  if (!platform.startsWith('linux')) return []
  const read = (name: string): Promise<number> =>
    readFile(`/proc/sys/fs/inotify/${name}`, 'utf8').then(Number, () => Number.NaN)
  return judgeWatchers({ watches: await read('max_user_watches'), instances: await read('max_user_instances') })
}

export function judgeWatchers(limits: { watches: number; instances: number }): readonly Finding[] {
  const id = 'watchers'
  const found = `${limits.watches} files, ${limits.instances} programs`
  if (Number.isNaN(limits.watches)) return [ok(id, 'this kernel names no limit')]
  if (limits.watches >= 65_536 && limits.instances >= 128) return [ok(id, found)]
  return [
    warn({
      id,
      found,
      meaning: 'nx serve and editors fail with ENOSPC or do not see changes.',
      fix: 'sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
    }),
  ]
}
