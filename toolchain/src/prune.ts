import { lstat, mkdir, readdir, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMochiError } from '@mochi/errors'
import type { Place, PrunePlan } from './api.ts'
import { errors } from './errors.ts'
import { layoutOf, readCurrent, readHistory } from './installed.ts'
import { readGenerations } from './prefix.ts'
import type { Activation } from './installed.ts'
import { readLock } from './lock-file.ts'
import type { Lock } from './lock-file.ts'
import { takeAway } from './move.ts'
import { PLATFORMS } from './platforms.ts'
import { findPrevious } from './rollback.ts'
import { sizeOf } from './tree.ts'
import { findWorker, workFolderName } from './work-folder.ts'

/**
 * What could go from each prefix that exists. Kept are: the generation of this checkout, the one that `env/current` leads
 * to and the one before it, what the checkouts of the history that still exist want, and every folder of `opt/` that one
 * of these links to. A checkout that never activated its generation here is not known: it installs again.
 */
export async function planPrune(options: Place): Promise<PrunePlan[]> {
  const own = await readLock(join(options.root, 'toolchain/toolchain.lock'))
  const plans = await Promise.all(
    options.prefixes.map(async (prefix) => ((await isPrefix(prefix)) ? [await planPrefix(prefix, own)] : [])),
  )
  return plans.flat()
}

/**
 * Applies a plan: generations first, so that no link leads nowhere, each moved aside by one rename before it is removed
 * (where a file system cannot rename it, it is removed where it stands). What has been activated since the plan was made stays. Errors: TOOLCHAIN_INSTALL_RUNNING, because an installation puts
 * tools in place before the generation that links to them; TOOLCHAIN_PREFIX_REFUSED.
 */
export async function prune(plan: PrunePlan): Promise<void> {
  const running = await findRunning(plan.prefix)
  if (running !== undefined) throw errors.TOOLCHAIN_INSTALL_RUNNING({ prefix: plan.prefix, pid: running })
  const needed = await neededNow(plan)
  const work = join(plan.prefix, 'tmp', workFolderName())
  const refused = plan.remove.find(({ path }) => !path.startsWith(`${plan.prefix}/`))
  if (refused !== undefined)
    throw errors.TOOLCHAIN_PREFIX_REFUSED({ prefix: plan.prefix, reason: `${refused.path} is not in it` })
  try {
    await mkdir(work, { recursive: true })
    for (const [index, { path }] of plan.remove.entries())
      if (!needed.has(path)) await takeAway(path, join(work, String(index)))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** What must stay whatever the plan says: the current generation, those that are not in the plan, and their tools. */
async function neededNow({ prefix, remove }: PrunePlan): Promise<Set<string>> {
  const going = new Set(remove.map(({ path }) => path))
  const current = await readCurrent(prefix)
  const staying = (await readGenerations(prefix)).filter((id) => id === current || !going.has(join(prefix, 'env', id)))
  const tools = await linkedFolders(prefix, staying)
  return new Set([...staying.map((id) => join(prefix, 'env', id)), ...tools.keys()])
}

async function planPrefix(prefix: string, own: Lock): Promise<PrunePlan> {
  const wanted = await wantedGenerations(prefix, own.generation)
  const installed = await readGenerations(prefix)
  const used = await linkedFolders(
    prefix,
    installed.filter((id) => wanted.has(id)),
  )
  for (const folder of foldersOf(own)) used.set(join(prefix, folder), 'the lock of this checkout names it')
  const generations = installed.map((id) => ({ path: join(prefix, 'env', id), why: wanted.get(id) }))
  const tools = (await toolFolders(prefix)).map((path) => ({ path, why: used.get(path) }))
  const gone = [
    ...unwanted(generations, 'generation', 'no checkout wants it'),
    ...unwanted(tools, 'tool', 'no kept generation links to it'),
    ...unwanted(await cachedFiles(prefix), 'archive', 'downloaded, and can be had again'),
  ]
  const remove = await Promise.all(gone.map(async (at) => ({ ...at, bytes: await sizeOf(at.path) })))
  const keep = [...generations, ...tools].flatMap(({ path, why }) => (why === undefined ? [] : [{ path, why }]))
  return { prefix, remove, keep, bytes: remove.reduce((sum, { bytes }) => sum + bytes, 0) }
}

type Gone = Omit<PrunePlan['remove'][number], 'bytes'>

function unwanted(at: readonly { path: string; why?: string | undefined }[], kind: Gone['kind'], why: string): Gone[] {
  return at.filter((found) => found.why === undefined).map(({ path }) => ({ kind, path, why }))
}

/** Each generation to keep, with the reason. */
async function wantedGenerations(prefix: string, own: string): Promise<Map<string, string>> {
  const [history, current, installed] = await Promise.all([
    readHistory(prefix),
    readCurrent(prefix),
    readGenerations(prefix),
  ])
  const wanted = new Map<string, string>()
  for (const root of new Set(history.map((at) => at.root))) {
    const id = await generationOf(root, history)
    if (id !== undefined) wanted.set(id, `${root} wants it`)
  }
  const previous = current === undefined ? undefined : findPrevious(history, current, installed)
  if (previous !== undefined) wanted.set(previous, 'it was on PATH before, and rollback goes to it')
  if (current !== undefined) wanted.set(current, 'it is on PATH (env/current)')
  wanted.set(own, 'this checkout wants it')
  return wanted
}

/**
 * What a checkout of the history wants; undefined when the checkout is gone. In the middle of a merge its lock may not
 * read: then it wants, for all we know, what it activated last.
 */
async function generationOf(root: string, history: readonly Activation[]): Promise<string | undefined> {
  try {
    return (await readLock(join(root, 'toolchain/toolchain.lock'))).generation
  } catch (error) {
    if (!isMochiError(error) || error.code !== 'TOOLCHAIN_LOCK_DAMAGED') return undefined
    return history.findLast((at) => at.root === root)?.generation
  }
}

/** The folders of `opt/` that generations link to, with the reason to keep each. */
async function linkedFolders(prefix: string, generations: readonly string[]): Promise<Map<string, string>> {
  const used = new Map<string, string>()
  for (const id of generations) {
    const bin = join(prefix, 'env', id, 'bin')
    for (const name of await readdir(bin)) {
      const target = await readlink(join(bin, name)).catch(() => '')
      const [, tool, version] = /^\.\.\/\.\.\/\.\.\/opt\/([^/]+)\/([^/]+)\//.exec(target) ?? []
      if (tool !== undefined && version !== undefined) used.set(join(prefix, 'opt', tool, version), `${id} links to it`)
    }
  }
  return used
}

/** The folders that a lock's tools have on any platform, whether they are linked already or not. */
function foldersOf(lock: Lock): string[] {
  return PLATFORMS.flatMap((platform) => {
    const { tools, scripts } = layoutOf(lock, platform)
    return [...tools.map(({ folder }) => folder), ...(scripts === undefined ? [] : [scripts])]
  })
}

async function toolFolders(prefix: string): Promise<string[]> {
  const tools = await readdir(join(prefix, 'opt')).catch(() => [])
  const folders = await Promise.all(
    tools.map(async (tool) => {
      const versions = await readdir(join(prefix, 'opt', tool)).catch(() => [])
      return versions.map((version) => join(prefix, 'opt', tool, version))
    }),
  )
  return folders.flat().sort()
}

async function cachedFiles(prefix: string): Promise<{ path: string }[]> {
  const cache = join(prefix, 'var/toolchain/artifacts')
  const names = await readdir(cache).catch(() => [])
  return names.filter((name) => /^sha(?:256|512)-[0-9a-f]+$/.test(name)).map((name) => ({ path: join(cache, name) }))
}

/** The process of another installation: work folders are named by it, and those of dead processes do not count. */
async function findRunning(prefix: string): Promise<number | undefined> {
  const names = await readdir(join(prefix, 'tmp')).catch(() => [])
  const workers = await Promise.all(names.map((name) => findWorker(prefix, name)))
  return workers.find((pid) => pid !== undefined)
}

/** A prefix of ours that is a folder in its own right: nothing is removed through a link. */
async function isPrefix(prefix: string): Promise<boolean> {
  const parts = await Promise.all(['env', 'opt'].map((name) => lstat(join(prefix, name)).catch(() => undefined)))
  return parts.every((part) => part?.isDirectory() === true)
}
