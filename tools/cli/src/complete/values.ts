import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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
 * targets by the graph that Nx kept of its last run, because making it anew would take longer than anyone waits at Tab.
 */
export async function proposeTargets(root: string, partial: string): Promise<readonly string[]> {
  const [project = '', target] = partial.split(':')
  if (target === undefined) {
    const projects = await listProjects(root)
    return projects.map(({ name }) => `${name}:`).filter((name) => name.startsWith(partial))
  }
  const targets = await readTargets(root, project)
  return targets.map((name) => `${project}:${name}`).filter((name) => name.startsWith(partial))
}

/** Services that begin so. */
export async function proposeServices(root: string, partial: string): Promise<readonly string[]> {
  const projects = await listProjects(root)
  return projects.filter(({ room, name }) => room === 'apps' && name.startsWith(partial)).map(({ name }) => name)
}

type CachedGraph = { nodes?: Record<string, { data?: { targets?: Record<string, unknown> } }> }

async function readTargets(root: string, project: string): Promise<readonly string[]> {
  const text = await readFile(join(root, '.nx/workspace-data/project-graph.json'), 'utf8').catch(() => '{}')
  try {
    const graph = JSON.parse(text) as CachedGraph
    return Object.keys(graph.nodes?.[project]?.data?.targets ?? {}).sort()
  } catch {
    // Nx is writing it at this moment: no proposal is better than a broken prompt.
    return []
  }
}
