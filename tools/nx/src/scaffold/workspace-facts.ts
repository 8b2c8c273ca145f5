import { localdevPort, loneProjects, rooms } from '@mochi/names'
import type { Workspace } from './workspace.ts'

/** What of a workspace decides whether a project can be generated. */
export type WorkspaceFacts = {
  /** Every project: its name and the folder it stands in. */
  projects: readonly Project[]
  /** Ports that mochi.json gives, by the name of the service. */
  givenPorts: Readonly<Record<string, number>>
  /**
   * What the new project's folder holds already, by path from the workspace's root: the text of each file, and `undefined`
   * for anything else: a link, an empty folder, what cannot be read, and the folder itself when it is none.
   */
  contents: ReadonlyMap<string, string | undefined>
}

export type Project = { name: string; folder: string }

/** Made by running a project, ignored by git, and no sign that somebody has begun to change it. */
const PRODUCTS = new Set(['node_modules', 'dist', 'reports'])

/** Reads the facts about one target folder. */
export function readFacts(
  workspace: Workspace,
  folder: string,
  givenPorts: Readonly<Record<string, number>>,
): WorkspaceFacts {
  return {
    projects: [...rooms.flatMap((room) => projectsIn(workspace, room)), ...loneProjects.map(single)],
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
    .filter((name) => workspace.kindOf(`${room}/${name}/package.json`) === 'file')
    .map((name) => ({ name, folder: `${room}/${name}` }))
}

function single(name: string): Project {
  return { name, folder: name }
}

type Content = [path: string, text: string | undefined]

function contentsOf(workspace: Workspace, folder: string): Content[] {
  switch (workspace.kindOf(folder)) {
    case undefined:
      return []
    case 'folder':
      return contentsIn(workspace, folder) ?? [[folder, undefined]]
    case 'file':
    case 'other':
      return [[folder, undefined]]
  }
}

/** `undefined` when the folder cannot be read. */
function contentsIn(workspace: Workspace, folder: string): Content[] | undefined {
  return unlessRefused(() => workspace.list(folder))
    ?.filter((name) => !PRODUCTS.has(name))
    .flatMap((name) => entryOf(workspace, `${folder}/${name}`))
}

function entryOf(workspace: Workspace, path: string): Content[] {
  const kind = workspace.kindOf(path)
  if (kind === 'file') return [[path, unlessRefused(() => workspace.read(path))]]
  const inner = kind === 'folder' ? contentsIn(workspace, path) : undefined
  return inner === undefined || inner.length === 0 ? [[path, undefined]] : inner
}

/** What the system refuses to show is there all the same. */
function unlessRefused<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
