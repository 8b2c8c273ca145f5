import { join } from 'node:path'
import { openDataFolder } from '@mochi/files'
import { FORMAT } from './schema.ts'

export type DataFolder = {
  readonly path: string
  readonly database: string
  /** Of uploads that are not whole yet. */
  readonly drafts: string
  /** Of bodies, below it the trust, and the first two digits of their SHA-256. */
  readonly bodies: string
}

/** The folder of the cache's data. DATA_FORMAT_NEWER, DATA_FOLDER_UNUSABLE. */
export function openCacheFolder(path: string): DataFolder {
  openDataFolder(path, { service: 'cache', format: FORMAT, folders: ['drafts', ...TRUSTS.flatMap(foldersOf)] })
  return {
    path,
    database: join(path, 'cache.sqlite'),
    drafts: join(path, 'drafts'),
    bodies: join(path, 'bodies'),
  }
}

const TRUSTS = ['main', 'branch']

function foldersOf(trust: string): string[] {
  return Array.from({ length: 256 }, (_, index) => join('bodies', trust, index.toString(16).padStart(2, '0')))
}
