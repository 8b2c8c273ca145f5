import type { Tree } from '@nx/devkit'
import type { Workspace } from '../scaffold/index.ts'

/** Nx's tree as a workspace: written to disk when the generator has ended, and not at all with `--dry-run`. */
export function treeWorkspace(tree: Tree): Workspace {
  return {
    list: (folder) => tree.children(folder).map((name) => ({ name, isFolder: !tree.isFile(`${folder}/${name}`) })),
    read: (path) => (tree.isFile(path) ? (tree.read(path, 'utf8') ?? undefined) : undefined),
    write: ({ path, content, isExecutable }) => tree.write(path, content, isExecutable ? { mode: 0o755 } : {}),
  }
}
