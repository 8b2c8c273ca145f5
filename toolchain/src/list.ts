import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ListedGeneration, ListReport, Place } from './api.ts'
import { layoutOf, readCurrent, readHistory } from './installed.ts'
import { readLock } from './lock-file.ts'
import { findGeneration, readGenerations } from './prefix.ts'
import type { Platform } from './platforms.ts'

/** The tools that a checkout's lock names and where each stands, and every generation of the prefixes. */
export async function list(options: Place & { platform: Platform }): Promise<ListReport> {
  const lock = await readLock(join(options.root, 'toolchain/toolchain.lock'))
  const layout = layoutOf(lock, options.platform)
  const prefix = findGeneration({ prefixes: options.prefixes, generation: lock.generation })?.prefix
  const tools = await Promise.all(
    layout.tools.map(async ({ group, folder }) => ({
      tool: group.tool,
      version: group.version,
      links: Object.keys(group.sources[0]?.links ?? {}),
      path: prefix !== undefined && (await isFolder(join(prefix, folder))) ? join(prefix, folder) : undefined,
    })),
  )
  const generations = await Promise.all(options.prefixes.map((at) => listGenerations(at, lock.generation)))
  return { platform: options.platform, wanted: lock.generation, tools, generations: generations.flat() }
}

async function listGenerations(prefix: string, wanted: string): Promise<ListedGeneration[]> {
  const [ids, current, history] = await Promise.all([readGenerations(prefix), readCurrent(prefix), readHistory(prefix)])
  return ids.map((id) => ({
    id,
    prefix,
    current: id === current,
    wanted: id === wanted,
    activated: history.findLast(({ generation }) => generation === id)?.time,
  }))
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}
