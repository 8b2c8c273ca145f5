import { resolve, sep } from 'node:path'

/** The workspace that uses a file of these settings, which stands in it as a source, or is installed in it. Absolute. */
export function findWorkspace(folder: string): string {
  const [workspace = '', ...installed] = folder.split(`${sep}node_modules${sep}`)
  return installed.length > 0 ? workspace : resolve(folder, '../../..')
}
