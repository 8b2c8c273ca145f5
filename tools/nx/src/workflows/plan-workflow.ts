import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errors } from '../errors.ts'
import type { Plan } from '../scaffold/write-files.ts'
import type { Workspace } from '../scaffold/workspace.ts'
import { servers, workflowOf } from './servers.ts'
import type { Server } from './servers.ts'

/** `isDone`: the file stands there already, byte for byte, and nothing is left to do. */
export type WorkflowPlan = Plan & { isDone: boolean }

/** The name of a server that `nx g ci` knows. Throws SCAFFOLD_CI_UNKNOWN, also for none. */
export function parseServer(given: unknown): Server {
  const server = servers.find((each) => each === given)
  if (server !== undefined) return server
  throw errors.SCAFFOLD_CI_UNKNOWN({ found: typeof given === 'string' ? given : undefined, servers })
}

/** A workflow as it stands in `templates/ci`: it holds no value to fill in. */
export function readWorkflow(root: string, server: Server): string {
  return readFileSync(join(root, 'templates/ci', workflowOf[server].template), 'utf8')
}

/** The file to write. Throws SCAFFOLD_FILE_EXISTS when something else stands in its place, or above it. */
export function planWorkflow(workspace: Workspace, server: Server, content: string): WorkflowPlan {
  const { path } = workflowOf[server]
  const plan = { folder: path, files: [{ path, content, isExecutable: false }] }
  const odd = foldersAbove(path).find((folder) => ![undefined, 'folder'].includes(workspace.kindOf(folder)))
  if (odd !== undefined) throw errors.SCAFFOLD_FILE_EXISTS({ server, path: odd, expected: 'a folder or nothing' })
  const kind = workspace.kindOf(path)
  if (kind === undefined) return { ...plan, isDone: false }
  if (kind === 'file' && workspace.read(path) === content) return { ...plan, isDone: true }
  throw errors.SCAFFOLD_FILE_EXISTS({ server, path, expected: 'no file, or just what the template makes,' })
}

/** From the top down. */
function foldersAbove(path: string): string[] {
  const folder = dirname(path)
  return folder === '.' ? [] : [...foldersAbove(folder), folder]
}
