import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errors } from '@mochi/files'

/** Milliseconds to wait for another process that writes, as the one that makes a token at the command line. */
const PATIENCE = 5_000

const SCHEMA = `
  create table if not exists tokens (
    id text primary key,
    digest blob not null,
    name text not null,
    grp text not null,
    scope text,
    created integer not null,
    expires integer not null
  ) strict;
  create table if not exists accounts (
    name text primary key,
    salt blob not null,
    hash blob not null,
    grp text not null,
    scope text,
    created integer not null
  ) strict;
`

/**
 * The database of tokens and accounts in the folder of the registry's data, for its owner alone. Several processes may have it open.
 * Throws DATA_FOLDER_UNUSABLE, as on a full disk.
 */
export function openTokenDatabase(folder: string): DatabaseSync {
  const file = join(folder, 'tokens.sqlite')
  try {
    return open(file)
  } catch (cause) {
    const reason = `its tokens.sqlite cannot be opened: ${(cause as Error).message}`
    throw errors.DATA_FOLDER_UNUSABLE({ service: 'registry', folder, reason }, { cause })
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: PATIENCE })
  try {
    chmodSync(file, 0o600)
    database.exec(`pragma journal_mode = wal; pragma synchronous = full; ${SCHEMA}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
