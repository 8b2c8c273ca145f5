import { access, constants, realpath } from 'node:fs/promises'
import { join } from 'node:path'

/** The first executable of this name on a PATH, as the PATH names it; undefined when there is none. */
export async function findOnPath(name: string, path: string | undefined): Promise<string | undefined> {
  for (const folder of (path ?? '').split(':').filter((entry) => entry !== '')) {
    const file = join(folder, name)
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return file
  }
  return undefined
}

/** The path without links in it, or as it is when nothing stands there. */
export function resolveLinks(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}
