import { createHash } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Lock, Script } from './lock-file.ts'
import { groupArtifacts } from './plan-lock.ts'
import type { ArtifactGroup } from './plan-lock.ts'
import { isPlatform } from './platforms.ts'
import type { Platform } from './platforms.ts'

/** What `toolchain/install` makes of a lock on one platform. Paths below the prefix. */
export type Layout = {
  tools: readonly { group: ArtifactGroup; folder: string }[]
  /** Folder of the internal scripts; undefined when the lock has none. */
  scripts: string | undefined
  /** What stands in `env/<generation>/bin`: name, and where the link leads, as it is written. */
  links: ReadonlyMap<string, string>
}

/** `2026-11-23T03:20:57Z 44fe56c0e04d3a72 /home/ada/mochi`: a line of `var/toolchain/history`. */
export type Activation = { time: string; generation: string; root: string }

/** Where an installation of a lock stands, for one platform. Pure. */
export function layoutOf(lock: Lock, platform: Platform): Layout {
  const tools = groupArtifacts(lock.artifacts)
    .filter((group) => group.platform === platform)
    .map((group) => ({ group, folder: folderOf(group) }))
  const scripts = lock.scripts.length === 0 ? undefined : `opt/scripts/${idOfScripts(lock.scripts)}`
  const links = new Map<string, string>()
  for (const { group, folder } of tools)
    for (const [name, path] of Object.entries(group.sources[0]?.links ?? {}))
      links.set(name, `../../../${folder}/${path}`)
  for (const { name } of lock.scripts) links.set(name, `../../../${scripts ?? ''}/${name}`)
  return { tools, scripts, links }
}

/** A tool's folder has the digest of its first source in its name, whichever source served it. */
function folderOf({ tool, version, sources }: ArtifactGroup): string {
  const hex = sources[0]?.digest.split(':')[1] ?? ''
  return `opt/${tool}/${version}-${hex.slice(0, 12)}`
}

function idOfScripts(scripts: readonly Script[]): string {
  const lines = scripts.map(({ name, digest }) => `script ${name} ${digest}\n`)
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 12)
}

/** The generation that `env/current` leads to; undefined when there is none. */
export async function readCurrent(prefix: string): Promise<string | undefined> {
  const target = await readlink(join(prefix, 'env/current')).catch(() => undefined)
  return target === undefined ? undefined : basename(target)
}

/** The platform that a generation was installed for; undefined where nothing says it. */
export async function readPlatform(prefix: string, generation: string): Promise<Platform | undefined> {
  const text = await readFile(join(prefix, 'env', generation, 'platform'), 'utf8').catch(() => '')
  const name = text.trim()
  return isPlatform(name) ? name : undefined
}

/** Who activated what in a prefix, oldest first. Lines that cannot be read are left out: several write the file. */
export async function readHistory(prefix: string): Promise<Activation[]> {
  const text = await readFile(join(prefix, 'var/toolchain/history'), 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const [, time, generation, root] = /^(\S+) ([0-9a-f]{16}) (.+)$/.exec(line) ?? []
    return time === undefined || generation === undefined || root === undefined ? [] : [{ time, generation, root }]
  })
}
