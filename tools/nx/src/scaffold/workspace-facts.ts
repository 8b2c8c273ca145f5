import { localdevPort } from '@mochi/names'
import type { Workspace } from './workspace.ts'

/** What of a workspace decides whether a project can be generated. */
export type WorkspaceFacts = {
  /** Every project: its name and the folder it stands in. */
  projects: readonly Project[]
  /** Ports that mochi.json gives, by the name of the service. */
  givenPorts: Readonly<Record<string, number>>
  /** What the new project's folder holds already, by path from the workspace's root. */
  contents: ReadonlyMap<string, string>
}

export type Project = { name: string; folder: string }

const ROOMS = ['apps', 'libs', 'tools'] as const
const SINGLE_PROJECTS = ['docs', 'toolchain'] as const
/** Made by running a project, ignored by git, and no sign that somebody has begun to change it. */
const PRODUCTS = new Set(['node_modules', 'dist', 'reports'])

/** Reads the facts about one target folder. */
export function readFacts(
  workspace: Workspace,
  folder: string,
  givenPorts: Readonly<Record<string, number>>,
): WorkspaceFacts {
  return {
    projects: [...ROOMS.flatMap((room) => projectsIn(workspace, room)), ...SINGLE_PROJECTS.map(single)],
    givenPorts,
    contents: new Map(contentsOf(workspace, folder)),
  }
}

/** The port of a service on a laptop. */
export function portOf(name: string, givenPorts: Readonly<Record<string, number>>): number {
  return givenPorts[name] ?? localdevPort(name)
}

function projectsIn(workspace: Workspace, room: string): Project[] {
  return workspace
    .list(room)
    .filter(({ name, isFolder }) => isFolder && workspace.read(`${room}/${name}/package.json`) !== undefined)
    .map(({ name }) => ({ name, folder: `${room}/${name}` }))
}

function single(name: string): Project {
  return { name, folder: name }
}

function contentsOf(workspace: Workspace, folder: string): [string, string][] {
  return workspace.list(folder).flatMap(({ name, isFolder }): [string, string][] => {
    const path = `${folder}/${name}`
    if (!isFolder) return [[path, workspace.read(path) ?? '']]
    return PRODUCTS.has(name) ? [] : contentsOf(workspace, path)
  })
}
