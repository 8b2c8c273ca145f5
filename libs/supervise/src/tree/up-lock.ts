import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errors } from '../errors.ts'

/** Of https://www.sqlite.org/rescode.html. */
const SQLITE_BUSY = 5

/**
 * Takes a lock that the kernel gives back when this process ends, however it ends, so that none is ever stale. Node has no
 * call for it, but its SQLite locks the file of a transaction in this way on Linux and macOS. Throws SUPERVISE_ALREADY_RUNS,
 * and SUPERVISE_CANNOT_LOCK where the file system has no locks or the file is damaged.
 */
export function takeLock(file: string): Disposable {
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true })
  const state: { database?: DatabaseSync } = {}
  try {
    state.database = new DatabaseSync(file, { timeout: 0 })
    state.database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    state.database?.close()
    const { errcode, message } = cause as Error & { errcode?: number }
    if (errcode === SQLITE_BUSY) throw errors.SUPERVISE_ALREADY_RUNS({ folder }, { cause })
    throw errors.SUPERVISE_CANNOT_LOCK({ file, reason: message }, { cause })
  }
  return { [Symbol.dispose]: () => state.database?.close() }
}
