import { closeSync, constants, fstatSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs'
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
    const lock = tryLock(file)
    if (lock !== undefined) return lock
  }
}

/** Nothing where whoever gave the lock back has removed the file meanwhile: the next one would lock another. */
function tryLock(file: string): Disposable | undefined {
  using opened = new DisposableStack()
  // Open for as long as the lock is held: a close would give it back, and the number of the file cannot come again.
  const fd = opened.adopt(open(file), (each) => closeSync(each))
  const isThere = (): boolean => fstatSync(fd, { bigint: true }).ino === fileIdOf(file)
  const database = lockDatabase(file, isThere)
  if (database === undefined) return undefined
  opened.defer(() => database.close())
  if (!isThere()) return undefined
  opened.defer(() => rmSync(file, { force: true }))
  return opened.move()
}

function open(file: string): number {
  try {
    return openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600)
  } catch (cause) {
    throw errors.SUPERVISE_CANNOT_LOCK({ file, reason: (cause as Error).message }, { cause })
  }
}

function lockDatabase(file: string, isThere: () => boolean): DatabaseSync | undefined {
  const state: { database?: DatabaseSync } = {}
  try {
    state.database = new DatabaseSync(file, { timeout: 0 })
    state.database.exec('BEGIN EXCLUSIVE')
    return state.database
  } catch (cause) {
    state.database?.close()
    const { errcode, message } = cause as Error & { errcode?: number }
    if (errcode === SQLITE_BUSY) throw errors.SUPERVISE_ALREADY_RUNS({ folder: dirname(file) }, { cause })
    if (!isThere()) return undefined
    throw errors.SUPERVISE_CANNOT_LOCK({ file, reason: message }, { cause })
  }
}

function fileIdOf(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino
}
