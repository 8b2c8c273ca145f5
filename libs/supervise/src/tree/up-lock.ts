import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errors } from '../errors.ts'

/** Of https://www.sqlite.org/rescode.html. */
const SQLITE_BUSY = 5

/**
 * Takes a lock that the kernel gives back when this process ends, however it ends, so that none is ever stale. Node has no
 * call for it, but its SQLite locks the file of a transaction in this way on Linux and macOS. The file goes with the lock.
 * Throws SUPERVISE_ALREADY_RUNS, and SUPERVISE_CANNOT_LOCK where the file system has no locks or the file is damaged.
 */
export function takeLock(file: string): Disposable {
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
  for (;;) {
    const before = create(file)
    // Whoever gave the lock back in between has removed the file that would be locked now: the next one would lock another.
    const isAnother = (): boolean => before === undefined || before !== fileIdOf(file)
    const database = isAnother() ? undefined : lock(file, isAnother)
    if (database !== undefined && !isAnother()) return { [Symbol.dispose]: () => giveBack(file, database) }
    database?.close()
  }
}

/** The file that is there now, or a new one: never opened here when it is there, for a close would give its lock back. */
function create(file: string): bigint | undefined {
  try {
    writeFileSync(file, '', { flag: 'ax', mode: 0o600 })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw errors.SUPERVISE_CANNOT_LOCK({ file, reason: message }, { cause })
  }
  return fileIdOf(file)
}

function giveBack(file: string, database: DatabaseSync): void {
  rmSync(file, { force: true })
  database.close()
}

/** Nothing where the file was removed meanwhile. */
function lock(file: string, isAnother: () => boolean): DatabaseSync | undefined {
  const state: { database?: DatabaseSync } = {}
  try {
    state.database = new DatabaseSync(file, { timeout: 0 })
    state.database.exec('BEGIN EXCLUSIVE')
    return state.database
  } catch (cause) {
    // Looked at while it is open: the number of a file that nobody has any more may come again.
    const isGone = isAnother()
    state.database?.close()
    const { errcode, message } = cause as Error & { errcode?: number }
    if (errcode === SQLITE_BUSY) throw errors.SUPERVISE_ALREADY_RUNS({ folder: dirname(file) }, { cause })
    if (isGone) return undefined
    throw errors.SUPERVISE_CANNOT_LOCK({ file, reason: message }, { cause })
  }
}

function fileIdOf(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino
}
