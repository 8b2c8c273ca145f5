import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The file system as generators see it; paths are relative to the workspace's root. Nx brings its own, for `--dry-run`. */
export type Workspace = {
  /** What a folder holds, `[]` when there is no such folder. */
  list(folder: string): Entry[]
  /** `undefined` when there is no such file. */
  read(path: string): string | undefined
  write(file: PlannedFile): void
}

export type Entry = { name: string; isFolder: boolean }

export type PlannedFile = { path: string; content: string; isExecutable: boolean }

/** The workspace on disk. */
export function diskWorkspace(root: string): Workspace {
  return {
    list: (folder) =>
      orWhenAbsent([], () =>
        readdirSync(join(root, folder), { withFileTypes: true }).map((entry) => ({
          name: entry.name,
          isFolder: entry.isDirectory(),
        })),
      ),
    read: (path) => orWhenAbsent(undefined, () => readFileSync(join(root, path), 'utf8')),
    write: ({ path, content, isExecutable }) => {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
      if (isExecutable) chmodSync(join(root, path), 0o755)
    },
  }
}

function orWhenAbsent<Value>(fallback: Value, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return fallback
    throw error
  }
}
