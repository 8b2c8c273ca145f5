import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errors } from '../errors.ts'

/**
 * Takes a lock that the kernel gives back when this process ends, however it ends, so that none is ever stale. Node has no
 * call for it, but its SQLite locks the file of a transaction in this way on Linux and macOS. Throws SUPERVISE_ALREADY_RUNS.
 */
export function takeLock(file: string): Disposable {
  mkdirSync(dirname(file), { recursive: true })
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    throw errors.SUPERVISE_ALREADY_RUNS({ folder: dirname(file) }, { cause })
  }
  return { [Symbol.dispose]: () => database.close() }
}
