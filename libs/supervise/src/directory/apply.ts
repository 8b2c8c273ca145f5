import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PlannedFile } from './plan.ts'

/**
 * Writes a service directory, each file by a rename, so that a supervisor never reads half of one; what is as it should be
 * stays untouched. Variables that the plan does not name are removed. Its folders are this user's alone, whatever the umask:
 * who could write into them could run programs as this user. Resolves with the paths that changed.
 */
export async function applyDirectory(folder: string, files: readonly PlannedFile[]): Promise<readonly string[]> {
  const left = (await namesIn(join(folder, 'env'))).map((name) => `env/${name}`)
  const gone = left.filter((path) => !files.some((file) => file.path === path))
  const changed: string[] = []
  for (const file of [...files, ...gone.map((path): PlannedFile => ({ path, mode: 0 }))]) {
    if (await applyFile(folder, file)) changed.push(file.path)
  }
  return changed
}

async function applyFile(folder: string, { path, text, mode }: PlannedFile): Promise<boolean> {
  const target = join(folder, path)
  const found = await readFile(target, 'utf8').catch(() => undefined)
  if (found === text) return false
  if (text === undefined) {
    await rm(target, { force: true })
    return true
  }
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const aside = `${target}.${randomUUID()}`
  await writeFile(aside, text, { mode })
  await chmod(aside, mode)
  await rename(aside, target)
  return true
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}
