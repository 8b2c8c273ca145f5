import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { replaceFile } from '@mochi/files'
import { rsort } from 'semver'
import { readIfThere, tarballOf } from './storage.ts'
import type { Begun, CompanyFolder, Stored } from './storage.ts'
import type { Tombstones } from './tombstones.ts'

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void

export type RepairParts = { readonly folder: CompanyFolder; readonly tombstones: Tombstones; readonly log: Log }

/**
 * Makes whole what a crash left half done, before anybody reads: a publish that had begun is finished or was never there. What lies
 * in the store without being published is removed; a version whose tarball is not what was published is taken out, its number
 * stays used, and the log says so. Bytes are read again when they are newer than the last repair.
 */
export async function repair(parts: RepairParts, scopes: readonly string[], now: () => number): Promise<void> {
  const { folder } = parts
  const started = now()
  const since = Number((await readIfThere(folder.checked)) ?? 0)
  for (const place of [folder.storage, dirname(folder.tombstones)]) await removeDrafts(place)
  const names = await folder.names(scopes)
  for (const name of names) await repairPackage(parts, name, since)
  const left = await folder.names(scopes)
  for (const note of await readdir(folder.begun)) await rm(join(folder.begun, note))
  // Verdaccio writes its list of packages in place, so that a crash may have left half of it.
  const list = JSON.stringify({ list: left, secret: '' })
  try {
    await replaceFile(join(folder.storage, '.verdaccio-db.json'), list)
    await replaceFile(folder.checked, String(started))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    // What is published can be read all the same.
    parts.log('warn', 'the disk of the registry is full')
  }
}

/** The same for one package. `since` is in milliseconds since 1970. */
async function repairPackage(parts: RepairParts, name: string, since: number): Promise<void> {
  const { folder, log } = parts
  await removeDrafts(folder.path(name))
  const stored = await readOrRemove(parts, name)
  if (stored === 'damaged') return
  const begun = await folder.readBegun(name)
  const changed = stored !== undefined && (await takeOut(parts, stored, { begun, since }))
  if (stored !== undefined && (finish(stored, begun) || changed)) await folder.write(stored)
  for (const file of await tarballs(folder.path(name))) {
    const isPublished = Object.keys(stored?.versions ?? {}).some((version) => tarballOf(name, version) === file)
    if (isPublished) continue
    await rm(folder.path(name, file), { recursive: true })
    log('warn', `${name}: removed ${file}, which belongs to no version`)
  }
  if (Object.keys(stored?.versions ?? {}).length > 0) return
  await rm(folder.path(name, 'package.json'), { force: true })
  await rmdir(folder.path(name)).catch(() => undefined)
}

async function removeDrafts(folder: string): Promise<void> {
  const isDraft = (file: string) => /\.tmp-?\w*$|\.lock$/.test(file)
  for (const file of (await filesOf(folder)).filter(isDraft)) await rm(join(folder, file))
}

/** An empty one was being made. One that cannot be read is put aside with all its tarballs: what it said is not guessed. */
async function readOrRemove({ folder, log }: RepairParts, name: string): Promise<Stored | undefined | 'damaged'> {
  try {
    return await folder.read(name)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    if ((await readFile(folder.path(name, 'package.json'), 'utf8')) === '') return undefined
    const aside = join(folder.damaged, `${name.replace('/', '%2f')}-${Date.now()}`)
    await rename(folder.path(name), aside)
    log('error', `${name}: its packument cannot be read; the whole package was moved to ${aside}`)
    return 'damaged'
  }
}

/** Removes the versions without their tarball from the packument. True when there were any. */
async function takeOut(
  { folder, tombstones, log }: RepairParts,
  stored: Stored,
  { begun, since }: { begun: Begun | undefined; since: number },
): Promise<boolean> {
  const { name, versions } = stored
  const lost: string[] = []
  for (const version of Object.keys(versions)) {
    const fault = await faultOf(folder.path(name, tarballOf(name, version)), versions[version]?.dist.integrity, since)
    if (fault === undefined) continue
    lost.push(version)
    log('error', `${name}@${version} was taken out: ${fault}`)
  }
  for (const version of lost) dropVersion(stored, version)
  const known = lost.filter((version) => version !== begun?.version)
  if (known.length > 0) await tombstones.add(name, known)
  return lost.length > 0
}

function dropVersion(stored: Stored, version: string): void {
  const without = <T>(entries: Record<string, T>, isGone: (key: string, value: T) => boolean) =>
    Object.fromEntries(Object.entries(entries).filter(([key, value]) => !isGone(key, value)))
  const file = tarballOf(stored.name, version)
  stored.versions = without(stored.versions, (key) => key === version)
  stored.time = without(stored.time ?? {}, (key) => key === version)
  stored._attachments = without(stored._attachments ?? {}, (key) => key === file)
  const wasLatest = stored['dist-tags']['latest'] === version
  stored['dist-tags'] = without(stored['dist-tags'], (_tag, to) => to === version)
  const [highest] = rsort(Object.keys(stored.versions))
  if (wasLatest && highest !== undefined) stored['dist-tags']['latest'] = highest
}

async function faultOf(file: string, integrity: string | undefined, since: number): Promise<string | undefined> {
  try {
    const found = await stat(file)
    if (!found.isFile()) return 'its tarball is no file'
    // A file system may know no more than whole seconds.
    if (found.mtimeMs < since - 2_000) return undefined
    const hash = createHash('sha512')
    await pipeline(createReadStream(file), hash)
    const digest = `sha512-${hash.digest('base64')}`
    return integrity?.split(/\s+/).includes(digest) === true ? undefined : `its tarball has ${digest}`
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'its tarball is missing'
    throw error
  }
}

/** Verdaccio sets the dist-tags of a publish last. True when they were not all there. */
function finish(stored: Stored, begun: Begun | undefined): boolean {
  if (begun === undefined || !Object.hasOwn(stored.versions, begun.version)) return false
  const missing = Object.entries(begun.tags).filter(([tag, to]) => stored['dist-tags'][tag] !== to)
  for (const [tag, to] of missing) stored['dist-tags'][tag] = to
  return missing.length > 0
}

async function tarballs(folder: string): Promise<string[]> {
  return (await filesOf(folder)).filter((file) => file.endsWith('.tgz'))
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
