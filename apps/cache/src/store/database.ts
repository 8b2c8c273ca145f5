import { readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SCHEMA } from './schema.ts'

/** Milliseconds to wait for the other process of a swap; no transaction of ours takes a tenth of it. */
const PATIENCE = 5_000

/**
 * Opens the database, which two processes may have open at once. A damaged one is put aside under a name that `onDamaged` is
 * told, and an empty one takes its place: what it knew are misses from then on. Of those that were put aside the last one stays.
 */
export function openDatabase(file: string, onDamaged: (aside: string, reason: string) => void): DatabaseSync {
  try {
    return open(file)
  } catch (error) {
    if (!isDamage(error)) throw error
    removeAside(file)
    const aside = `${file}.damaged-${Date.now()}`
    for (const suffix of ['', '-wal', '-shm']) moveAside(`${file}${suffix}`, `${aside}${suffix}`)
    onDamaged(aside, (error as Error).message)
    return open(file)
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: PATIENCE })
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = off')
    const [found] = database.prepare('pragma quick_check(1)').all() as { quick_check: string }[]
    if (found?.quick_check !== 'ok')
      throw Object.assign(new Error(found?.quick_check ?? 'it says nothing'), { errcode: 11 })
    database.exec(SCHEMA)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function removeAside(file: string): void {
  const damaged = readdirSync(dirname(file)).filter((name) => name.startsWith(`${basename(file)}.damaged-`))
  for (const name of damaged) rmSync(join(dirname(file), name), { force: true })
}

function moveAside(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html). */
const CORRUPT = 11
const NOT_A_DATABASE = 26
const FULL = 13

export function isDamage(error: unknown): boolean {
  return [CORRUPT, NOT_A_DATABASE].includes(primaryCode(error))
}

export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '') || primaryCode(error) === FULL
}

/** The low byte is the primary code, whatever more is said. */
function primaryCode(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff
}

/**
 * Runs what belongs together, alone: no other process writes meanwhile. So who moves a body within it and says so in a row
 * meets nobody who is just removing that body.
 */
export function transact<T>(database: DatabaseSync, work: () => T): T {
  database.exec('begin immediate')
  try {
    const result = work()
    database.exec('commit')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}
