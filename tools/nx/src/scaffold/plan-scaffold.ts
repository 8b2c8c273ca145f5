import { errors } from '../errors.ts'
import { roomOf } from './kinds.ts'
import type { Kind } from './kinds.ts'
import type { Template } from './read-template.ts'
import { portOf } from './workspace-facts.ts'
import type { WorkspaceFacts } from './workspace-facts.ts'
import type { PlannedFile } from './workspace.ts'

export type ScaffoldRequest = {
  kind: Kind
  /** A valid app name: `parseAppName` has accepted it. */
  name: string
  template: Template
  facts: WorkspaceFacts
  /** Fills a handlebars text. */
  render: (text: string, data: object) => string
}

export type ScaffoldPlan = {
  folder: string
  files: readonly PlannedFile[]
  /** True when every file stands there already, byte for byte: nothing is left to do. */
  isDone: boolean
}

/** Where the project of a name comes to stand. */
export function targetFolder(kind: Kind, name: string): string {
  return `${roomOf[kind]}/${name}`
}

/**
 * The files of a new project. Refuses with SCAFFOLD_TARGET_EXISTS, SCAFFOLD_NAME_TAKEN or SCAFFOLD_PORT_TAKEN; nothing is
 * written here, so a refusal leaves nothing behind.
 */
export function planScaffold(request: ScaffoldRequest): ScaffoldPlan {
  const { kind, name, facts } = request
  const folder = targetFolder(kind, name)
  const files = renderFiles(request, folder)
  const target = { kind, name, folder }
  if (facts.contents.size > 0) {
    const differing = findDiffering(folder, files, facts.contents)
    if (differing.length === 0) return { folder, files, isDone: true }
    throw errors.SCAFFOLD_TARGET_EXISTS({ ...target, differing })
  }
  const other = facts.projects.find((project) => project.name === name && project.folder !== folder)
  if (other !== undefined) throw errors.SCAFFOLD_NAME_TAKEN({ ...target, holder: other.folder })
  if (kind === 'service') requireFreePort(target, facts)
  return { folder, files, isDone: false }
}

function requireFreePort(target: { kind: Kind; name: string; folder: string }, facts: WorkspaceFacts): void {
  const port = portOf(target.name, facts.givenPorts)
  const holder = facts.projects.find(
    ({ name, folder }) => folder.startsWith('apps/') && name !== target.name && portOf(name, facts.givenPorts) === port,
  )
  if (holder !== undefined) throw errors.SCAFFOLD_PORT_TAKEN({ ...target, port, holder: holder.folder })
}

/** In the words of the refusal: files that are missing or differ, and whatever is no file at all. */
function findDiffering(folder: string, files: readonly PlannedFile[], contents: WorkspaceFacts['contents']): string[] {
  if (contents.has(folder)) return [`${folder} itself, which is no readable folder`]
  const planned = files.filter(({ path, content }) => contents.get(path) !== content).map(({ path }) => path)
  const odd = [...contents].flatMap(([path, text]) => (text === undefined ? [path] : []))
  return [...new Set([...planned, ...odd])].map((path) => path.slice(folder.length + 1))
}

function renderFiles({ kind, name, template, facts, render }: ScaffoldRequest, folder: string): PlannedFile[] {
  const data = {
    name,
    /** The prefix of its environment variables. */
    constantName: name.replaceAll('-', '_').toUpperCase(),
    port: portOf(name, facts.givenPorts),
    template: { name: kind, version: template.version },
  }
  return template.files.map(({ path, text, isExecutable }) => ({
    path: `${folder}/${render(path, data)}`,
    content: render(text, data),
    isExecutable,
  }))
}
