import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readGenerations } from '@mochi/toolchain/prefix'
import type { Context } from '../context.ts'
import { collectErrors } from '../explain/catalogues.ts'
import { listProjects } from '../probe/projects.ts'
import { placeOf } from '../toolchain/place.ts'

/** Error codes that begin so. */
export async function proposeCodes(root: string, partial: string): Promise<readonly string[]> {
  const errors = await collectErrors(root)
  return errors.map(({ code }) => code).filter((code) => code.startsWith(partial))
}

/** Generations that are installed and begin so. */
export async function proposeGenerations(context: Context, partial: string): Promise<readonly string[]> {
  const installed = await Promise.all(placeOf(context).prefixes.map(readGenerations))
  return [...new Set(installed.flat())].filter((id) => id.startsWith(partial))
}

/**
 * Targets that begin so: projects with a colon until one is typed, then its targets. Projects are known by their folders;
 * targets by the graph that Nx kept of its last run, because making it anew would take longer than anyone waits at Tab, and
 * where that lacks the project by its room, as the plugin infers them.
 */
export async function proposeTargets(root: string, partial: string): Promise<readonly string[]> {
  const [name = '', target] = partial.split(':')
  const projects = await listProjects(root)
  if (target === undefined) return projects.map((at) => `${at.name}:`).filter((word) => word.startsWith(partial))
  const room = projects.find((project) => project.name === name)?.room ?? ''
  const targets = (await readKnown(root, name)) ?? (await readInferred(root, room))
  return targets.map((word) => `${name}:${word}`).filter((word) => word.startsWith(partial))
}

/** Services that begin so. */
export async function proposeServices(root: string, partial: string): Promise<readonly string[]> {
  const projects = await listProjects(root)
  return projects.filter(({ room, name }) => room === 'apps' && name.startsWith(partial)).map(({ name }) => name)
}

type CachedGraph = { nodes?: Record<string, { data?: { targets?: Record<string, unknown> } }> }

async function readKnown(root: string, project: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(root, '.nx/workspace-data/project-graph.json'), 'utf8').catch(() => '{}')
  try {
    const { targets } = (JSON.parse(text) as CachedGraph).nodes?.[project]?.data ?? {}
    return targets === undefined ? undefined : Object.keys(targets).sort()
  } catch {
    return undefined // Nx is writing it at this moment
  }
}

type Plugin = { targetsByRoom?: Readonly<Record<string, object>> }

/** By its place, as the catalogues of errors: this package and the plugin stand on one floor. It imports types alone. */
async function readInferred(root: string, room: string): Promise<readonly string[]> {
  try {
    const plugin = (await import(pathToFileURL(join(root, 'tools/nx/src/targets.ts')).href)) as Plugin
    return Object.keys(plugin.targetsByRoom?.[room] ?? {}).sort()
  } catch {
    return [] // no proposal is better than a broken prompt
  }
}
