import { glob } from 'node:fs/promises'
import { dirname } from 'node:path'
import { projectFolders } from '@mochi/names'

/** `room` is the first folder of its path. */
export type Project = { name: string; room: string; folder: string }

/** Every project of a checkout, by the folders alone and therefore in a few milliseconds, sorted by folder. */
export async function listProjects(root: string): Promise<readonly Project[]> {
  const manifests = await Array.fromAsync(glob(`${projectFolders}/package.json`, { cwd: root }))
  return manifests
    .map((manifest) => dirname(manifest))
    .sort()
    .map((folder) => {
      const [room = '', name = room] = folder.split('/')
      return { name, room, folder }
    })
}
