import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The file system as generators see it; paths are relative to the workspace's root. Nx brings its own, for `--dry-run`. */
export type Workspace = {
  /** What stands at a path, links not followed; `undefined` for nothing. */
  kindOf(path: string): EntryKind | undefined
  /** The names in a folder, `[]` when there is no such folder. */
  list(folder: string): string[]
  /** `undefined` when there is no such file. */
  read(path: string): string | undefined
  write(file: PlannedFile): void
  /** How many bytes may still be written. */
  free(): number
}

/** `other`: a link, a socket, a device. */
export type EntryKind = 'file' | 'folder' | 'other'

export type PlannedFile = { path: string; content: string; isExecutable: boolean }

/** The workspace on disk. */
export function diskWorkspace(root: string): Workspace {
  return {
    kindOf: (path) => orWhenAbsent(undefined, () => kindOnDisk(join(root, path))),
    list: (folder) => orWhenAbsent([], () => readdirSync(join(root, folder))),
    read: (path) => orWhenAbsent(undefined, () => readFileSync(join(root, path), 'utf8')),
    write: ({ path, content, isExecutable }) => {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
      if (isExecutable) chmodSync(join(root, path), 0o755)
    },
    free: () => {
      const { bavail, blocks, bsize } = statfsSync(root)
      // A file system that counts no blocks does not say.
      return blocks === 0 ? Infinity : bavail * bsize
    },
  }
}

function kindOnDisk(path: string): EntryKind {
  const stats = lstatSync(path)
  if (stats.isFile()) return 'file'
  return stats.isDirectory() ? 'folder' : 'other'
}

function orWhenAbsent<Value>(fallback: Value, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return fallback
    throw error
  }
}
