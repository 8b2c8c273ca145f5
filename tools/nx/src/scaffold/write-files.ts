import { errors } from '../errors.ts'
import type { PlannedFile, Workspace } from './workspace.ts'

/** What is to be written, and the folder or file that it makes. */
export type Plan = { folder: string; files: readonly PlannedFile[] }

/** What a project takes with what its installation links, generously. */
const ROOM = 1024 * 1024

/**
 * Writes what was planned. Nx writes by itself and later, and would leave a part of it on a disk that is full: so that is
 * asked before. Throws SCAFFOLD_DISK_FULL or SCAFFOLD_WRITE_FAILED.
 */
export function writeFiles(workspace: Workspace, { folder, files }: Plan): void {
  const free = workspace.free()
  if (free < ROOM) throw errors.SCAFFOLD_DISK_FULL({ folder, free })
  try {
    for (const file of files) workspace.write(file)
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw errors.SCAFFOLD_WRITE_FAILED({ folder, reason: error.message }, { cause: error })
  }
}

/** In the words of Nx, which shows the same of its tree. */
export function formatDryRun({ files }: Plan): string {
  const created = files.map(({ path }) => `CREATE ${path}`)
  return ['nothing is written, because of --dry-run:', ...created].join('\n')
}
