import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errors } from '../errors.ts'
import { FORMAT } from './schema.ts'

export type DataFolder = {
  readonly path: string
  readonly database: string
  /** Of uploads that are not whole yet. */
  readonly drafts: string
  /** Of bodies, below it the trust, and the first two digits of their SHA-256. */
  readonly bodies: string
}

/** Makes the folder, or looks whether it is one that this version can use. CACHE_FORMAT_NEWER, CACHE_FOLDER_UNUSABLE. */
export function openDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    requireOwn(path)
    requireFormat(path)
    const folder = {
      path,
      database: join(path, 'cache.sqlite'),
      drafts: join(path, 'drafts'),
      bodies: join(path, 'bodies'),
    }
    mkdirSync(folder.drafts, { recursive: true, mode: 0o700 })
    for (const trust of ['main', 'branch']) {
      for (const prefix of prefixes()) mkdirSync(join(folder.bodies, trust, prefix), { recursive: true, mode: 0o700 })
    }
    return folder
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    if (code.startsWith('CACHE_')) throw cause
    throw errors.CACHE_FOLDER_UNUSABLE({ folder: path, reason: message }, { cause })
  }
}

function prefixes(): string[] {
  return Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'))
}

function requireOwn(path: string): void {
  const { uid, mode } = statSync(path)
  const own = process.getuid?.() ?? uid
  if (uid !== own) throw errors.CACHE_FOLDER_UNUSABLE({ folder: path, reason: `it belongs to user ${uid}` })
  if ((mode & 0o022) !== 0) throw errors.CACHE_FOLDER_UNUSABLE({ folder: path, reason: 'others can write to it' })
  if ((mode & 0o055) !== 0) chmodSync(path, 0o700)
}

function requireFormat(path: string): void {
  const file = join(path, 'format')
  const found = readFormat(file)
  if (found === undefined) {
    writeFileSync(`${file}.${process.pid}`, `${FORMAT}\n`, { mode: 0o600 })
    renameSync(`${file}.${process.pid}`, file)
  } else if (!/^\d{1,9}$/.test(found) || Number(found) > FORMAT)
    throw errors.CACHE_FORMAT_NEWER({ folder: path, found: found.slice(0, 40), known: FORMAT })
}

function readFormat(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
