import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMochiError } from '@mochi/errors'
import { errors } from './errors.ts'

export type DataFolderOptions = {
  /** The service whose data it is. */
  readonly service: string
  /** The number of the format in which this version writes. */
  readonly format: number
  /** Folders to make in it. */
  readonly folders?: readonly string[]
}

/**
 * Makes the folder of a service's data, for its user alone, or looks whether it is one that this version can use. Throws DATA_FORMAT_NEWER and
 * DATA_FOLDER_UNUSABLE.
 */
export function openDataFolder(path: string, { service, format, folders = [] }: DataFolderOptions): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    requireOwn(service, path)
    requireFormat(service, path, format)
    for (const folder of folders) mkdirSync(join(path, folder), { recursive: true, mode: 0o700 })
  } catch (cause) {
    if (isMochiError(cause)) throw cause
    const { message } = cause as Error
    throw errors.DATA_FOLDER_UNUSABLE({ service, folder: path, reason: message }, { cause })
  }
}

function requireOwn(service: string, folder: string): void {
  const { uid, mode } = statSync(folder)
  const own = process.getuid?.() ?? uid
  if (uid !== own) throw errors.DATA_FOLDER_UNUSABLE({ service, folder, reason: `it belongs to user ${uid}` })
  if ((mode & 0o022) !== 0) throw errors.DATA_FOLDER_UNUSABLE({ service, folder, reason: 'others can write to it' })
  if ((mode & 0o055) !== 0) chmodSync(folder, 0o700)
}

function requireFormat(service: string, folder: string, known: number): void {
  const file = join(folder, 'format')
  const found = readFormat(file)
  if (found === undefined) {
    writeFileSync(`${file}.${process.pid}`, `${known}\n`, { mode: 0o600 })
    renameSync(`${file}.${process.pid}`, file)
  } else if (!/^\d{1,9}$/.test(found) || Number(found) > known)
    throw errors.DATA_FORMAT_NEWER({ service, folder, found: found.slice(0, 40), known })
}

function readFormat(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
