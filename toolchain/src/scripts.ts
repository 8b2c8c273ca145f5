import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOfFile } from './digest.ts'
import type { Script } from './lock-file.ts'

/** The internal scripts of a checkout as a lock names them: every file of `toolchain/bin` whose name begins with no dot. */
export async function readScripts(root: string): Promise<Script[]> {
  const folder = join(root, 'toolchain/bin')
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
  return Promise.all(names.map(async (name) => ({ name, digest: await digestOfFile(join(folder, name)) })))
}
