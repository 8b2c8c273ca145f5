import type { Tree } from '@nx/devkit'
import { diskWorkspace } from '../scaffold/index.ts'
import type { Workspace } from '../scaffold/index.ts'

/** Nx's tree as a workspace: written to disk when the generator has ended, and not at all with `--dry-run`. */
export function treeWorkspace(tree: Tree): Workspace {
  const disk = diskWorkspace(tree.root)
  return {
    kindOf: (path) => {
      // The tree follows links, and takes what it cannot follow for nothing.
      if (disk.kindOf(path) === 'other') return 'other'
      if (!tree.exists(path)) return undefined
      return tree.isFile(path) ? 'file' : 'folder'
    },
    list: (folder) => {
      // The tree takes a folder that it may not read for an empty one; the disk throws.
      disk.list(folder)
      return tree.children(folder)
    },
    read: (path) => (tree.isFile(path) ? (tree.read(path, 'utf8') ?? undefined) : undefined),
    free: () => disk.free(),
    write: ({ path, content, isExecutable }) => tree.write(path, content, isExecutable ? { mode: 0o755 } : {}),
  }
}
