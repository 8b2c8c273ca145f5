import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOfFile } from './digest.ts'
import type { TreeFile } from './digest.ts'

/** The files below a folder, as `treeDigest` wants them, and the paths of what must not be there: links, devices, sockets. */
export async function readTree(folder: string): Promise<{ files: TreeFile[]; strange: string[] }> {
  const files: TreeFile[] = []
  const strange: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name)
    const path = full.slice(folder.length + 1)
    if (entry.isDirectory()) continue
    if (!entry.isFile()) {
      strange.push(path)
      continue
    }
    const { mode } = await lstat(full)
    const sha256 = (await digestOfFile(full)).slice('sha256:'.length)
    files.push({ path, executable: (mode & 0o100) !== 0, sha256 })
  }
  return { files, strange }
}

/** The bytes that a folder takes, links not followed; 0 for what is not there. */
export async function sizeOf(path: string): Promise<number> {
  const own = await lstat(path).catch(() => undefined)
  if (own === undefined) return 0
  if (!own.isDirectory()) return own.size
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await lstat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

export type TreeDifference = { path: string; kind: 'missing' | 'changed' | 'extra' | 'mode' }

/** How a tree differs from what it should be, path by path. Pure. */
export function compareTrees(found: readonly TreeFile[], expected: readonly TreeFile[]): TreeDifference[] {
  const [before, now] = [expected, found].map((files) => new Map(files.map((file) => [file.path, file])))
  const paths = [...new Set([...expected, ...found].map(({ path }) => path))].sort()
  return paths.flatMap((path): TreeDifference[] => {
    const [old, fresh] = [before?.get(path), now?.get(path)]
    if (fresh === undefined) return [{ path, kind: 'missing' }]
    if (old === undefined) return [{ path, kind: 'extra' }]
    if (old.sha256 !== fresh.sha256) return [{ path, kind: 'changed' }]
    return old.executable === fresh.executable ? [] : [{ path, kind: 'mode' }]
  })
}
