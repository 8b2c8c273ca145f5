import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { MochiError } from '@mochi/errors'
import { isMochiError } from '@mochi/errors'
import type { Place, VerifyReport } from './api.ts'
import { readArchive } from './archive.ts'
import { createArtifactStore } from './artifact-store.ts'
import type { StoreOptions } from './artifact-store.ts'
import { digestOfFile, treeDigest } from './digest.ts'
import type { TreeFile } from './digest.ts'
import { errors } from './errors.ts'
import { layoutOf, readPlatform } from './installed.ts'
import type { Layout } from './installed.ts'
import { readLock } from './lock-file.ts'
import type { Lock } from './lock-file.ts'
import type { ArtifactGroup } from './plan-lock.ts'
import { findGeneration } from './prefix.ts'
import type { Platform } from './platforms.ts'
import { repair } from './repair.ts'
import { compareTrees, readTree } from './tree.ts'

export type VerifyOptions = Place & {
  /** Used where the prefix does not say for which platform the generation was installed. */
  platform: Platform
  /**
   * Where a damaged tool's archive can be had: the lock holds one digest for a whole tree, so the archive is what tells
   * which file of it differs. Asked only when a tree differs; without it, or when it fails, the tool's folder is named.
   */
  artifacts?: () => Promise<StoreOptions>
  /** Puts back what is damaged, and verifies again. */
  fix?: { environment: Readonly<Record<string, string | undefined>> } | undefined
}

/**
 * Compares what is installed of a checkout's generation with the lock: every tool's files, every script, every link. All
 * faults are in the answer; it throws when there is nothing to look at (TOOLCHAIN_NOT_INSTALLED) or when the repair
 * fails (TOOLCHAIN_REPAIR_FAILED).
 */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const lock = await readLock(join(options.root, 'toolchain/toolchain.lock'))
  const found = findGeneration({ prefixes: options.prefixes, generation: lock.generation })
  if (found === undefined)
    throw errors.TOOLCHAIN_NOT_INSTALLED({ generation: lock.generation, prefixes: options.prefixes })
  const platform = (await readPlatform(found.prefix, lock.generation)) ?? options.platform
  const at = { lock, prefix: found.prefix, layout: layoutOf(lock, platform), platform }
  const report = await look(at, options)
  if (report.faults.length === 0 || options.fix === undefined) return report
  await repair({ ...at, root: options.root, environment: options.fix.environment, damaged: report.damaged })
  const after = await look(at, options)
  const left = new Set(after.faults.map(({ message }) => message))
  return { ...after, mended: report.faults.filter(({ message }) => !left.has(message)) }
}

type Look = { lock: Lock; prefix: string; layout: Layout }

async function look({ lock, prefix, layout }: Look, options: VerifyOptions): Promise<VerifyReport> {
  const faults: MochiError[] = []
  const damaged: string[] = []
  for (const { group, folder } of layout.tools) {
    const wrong = await verifyTool(group, join(prefix, folder), { lock, options })
    if (wrong.length > 0) damaged.push(folder)
    faults.push(...wrong)
  }
  if (layout.scripts !== undefined) {
    const wrong = await verifyScripts(lock, join(prefix, layout.scripts))
    if (wrong.length > 0) damaged.push(layout.scripts)
    faults.push(...wrong)
  }
  const wrongLinks = await verifyLinks(join(prefix, 'env', lock.generation, 'bin'), layout.links)
  if (wrongLinks.length > 0) damaged.push(`env/${lock.generation}`)
  faults.push(...wrongLinks)
  const checked = layout.tools.length + lock.scripts.length + layout.links.size
  return { generation: lock.generation, prefix, checked, faults, damaged, mended: [] }
}

async function verifyTool(
  group: ArtifactGroup,
  folder: string,
  { lock, options }: { lock: Lock; options: VerifyOptions },
): Promise<MochiError[]> {
  const { tool } = group
  if ((await lstat(folder).catch(() => undefined))?.isDirectory() !== true)
    return [errors.TOOLCHAIN_FILE_MISSING({ tool, path: folder })]
  const contents = lock.contents.filter((at) => at.tool === tool && at.platform === group.platform)
  const faults: MochiError[] = []
  for (const { path, digest } of contents) {
    if (path === '.') faults.push(...(await verifyTree({ group, folder, digest, options })))
    else faults.push(...(await verifyFile(tool, join(folder, path), digest)))
  }
  const linked = Object.values(group.sources[0]?.links ?? {})
  const known = new Set(faults.map(({ facts }) => facts['path']))
  for (const path of new Set(linked.map((link) => join(folder, link))))
    if (!known.has(path)) faults.push(...(await verifyExecutable(tool, path)))
  return faults
}

async function verifyTree(at: {
  group: ArtifactGroup
  folder: string
  digest: string
  options: VerifyOptions
}): Promise<MochiError[]> {
  const { tool } = at.group
  const { files, strange } = await readTree(at.folder)
  const faults = strange.map((path) =>
    errors.TOOLCHAIN_FILE_CHANGED({ tool, path: join(at.folder, path), reason: 'is no file' }),
  )
  if (treeDigest(files) === at.digest) return faults
  const expected = await readExpected(at.group, at.options)
  if (expected === undefined) {
    const reason = 'holds other files than the lock says'
    return [...faults, errors.TOOLCHAIN_FILE_CHANGED({ tool, path: at.folder, reason })]
  }
  const words = { changed: 'has changed', extra: 'does not belong there', mode: 'has lost or got its right to run' }
  const different = compareTrees(files, expected).map(({ path: name, kind }) => {
    const path = join(at.folder, name)
    if (kind === 'missing') return errors.TOOLCHAIN_FILE_MISSING({ tool, path })
    return errors.TOOLCHAIN_FILE_CHANGED({ tool, path, reason: words[kind] })
  })
  return [...faults, ...different]
}

/** What the tool's archive holds; undefined when it cannot be had, which is no fault of the installation. */
async function readExpected(group: ArtifactGroup, { artifacts }: VerifyOptions): Promise<TreeFile[] | undefined> {
  const [artifact] = group.sources
  if (artifact === undefined || artifacts === undefined) return undefined
  try {
    return await readArchive(await createArtifactStore(await artifacts()).get(artifact), artifact)
  } catch (error) {
    if (isMochiError(error)) return undefined
    throw error
  }
}

async function verifyFile(tool: string, path: string, digest: string): Promise<MochiError[]> {
  const found = await digestOfFile(path).catch(() => undefined)
  if (found === undefined) return [errors.TOOLCHAIN_FILE_MISSING({ tool, path })]
  return found === digest ? [] : [errors.TOOLCHAIN_FILE_CHANGED({ tool, path, reason: 'has changed' })]
}

async function verifyExecutable(tool: string, path: string): Promise<MochiError[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return [errors.TOOLCHAIN_FILE_MISSING({ tool, path })]
  const executable = found.isFile() && (found.mode & 0o111) !== 0
  return executable ? [] : [errors.TOOLCHAIN_FILE_CHANGED({ tool, path, reason: 'cannot be run' })]
}

async function verifyScripts(lock: Lock, folder: string): Promise<MochiError[]> {
  const faults = await Promise.all(
    lock.scripts.map(async ({ name, digest }) => {
      const path = join(folder, name)
      const changed = await verifyFile('scripts', path, digest)
      return changed.length > 0 ? changed : verifyExecutable('scripts', path)
    }),
  )
  return faults.flat()
}

/** Links are compared as they are written, because a prefix can be copied only when they are relative. */
async function verifyLinks(bin: string, links: ReadonlyMap<string, string>): Promise<MochiError[]> {
  const wrong = await Promise.all(
    [...links].map(async ([name, expected]) => {
      const link = join(bin, name)
      const found = await readlink(link).catch(async () =>
        (await lstat(link).catch(() => undefined)) ? 'no link' : 'nothing',
      )
      return found === expected ? [] : [errors.TOOLCHAIN_LINK_WRONG({ link, expected, found })]
    }),
  )
  const extra = (await readdir(bin)).filter((name) => !links.has(name)).sort()
  return [
    ...wrong.flat(),
    ...extra.map((name) =>
      errors.TOOLCHAIN_LINK_WRONG({ link: join(bin, name), expected: 'nothing of this name', found: 'something' }),
    ),
  ]
}
