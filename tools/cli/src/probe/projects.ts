import { glob } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Where a project stands, as the Nx plugin sees it: its room is the first folder of its path. */
const MANIFESTS = ['{apps,libs,tools}/*/package.json', '{toolchain,docs}/package.json']

export type Project = { name: string; room: string; folder: string }

/** Every project of a checkout, by the folders alone and therefore in a few milliseconds, sorted by folder. */
export async function listProjects(root: string): Promise<readonly Project[]> {
  const manifests = await Array.fromAsync(glob(MANIFESTS, { cwd: root }))
  return manifests
    .map((manifest) => dirname(manifest))
    .sort()
    .map((folder) => {
      const [room = '', name = room] = folder.split('/')
      return { name, room, folder }
    })
}
