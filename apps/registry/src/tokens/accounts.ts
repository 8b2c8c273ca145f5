import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { BinaryLike, ScryptOptions } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import type { Identity } from './identity.ts'

/** Who logs in with a password, and gets tokens for it. */
export type Accounts = {
  /** Who this is; undefined when nobody has this name and password. Takes as long for a name that nobody has. */
  verify(name: string, password: string): Promise<Identity | undefined>
  has(name: string): boolean
  /** Whether so many wait for their password to be checked that no more should. */
  isBusy(): boolean
  /** False when somebody has the name already. */
  add(identity: Identity, password: string): Promise<boolean>
}

type Row = { salt: Uint8Array; hash: Uint8Array; grp: Identity['group']; scope: string | null }

const derive = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt)

/** What OWASP asks for: 32 MB and about 0.3 s for each. */
const COST: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 }
const LENGTH = 32
const WAITING = 20

/** Nobody can have a hash of zeros. */
const NOBODY: Row = { salt: Buffer.alloc(16), hash: Buffer.alloc(LENGTH), grp: 'read', scope: null }

/** Passwords are kept by their scrypt hash. One is checked at a time: guessing takes neither all memory nor all cores. */
export function createAccounts(database: DatabaseSync, now: () => number, cost = COST): Accounts {
  const limit = pLimit(1)
  const find = database.prepare('select salt, hash, grp, scope from accounts where name = ?')
  const insert = database.prepare(
    'insert or ignore into accounts (name, salt, hash, grp, scope, created) values (?, ?, ?, ?, ?, ?)',
  )
  const hashOf = (password: string, salt: Uint8Array) => limit(() => derive(password.normalize(), salt, LENGTH, cost))
  return {
    verify: async (name, password) => {
      const { salt, hash, grp, scope } = (find.get(name) as Row | undefined) ?? NOBODY
      const isRight = timingSafeEqual(await hashOf(password, salt), hash)
      return isRight ? { name, group: grp, scope: scope ?? undefined } : undefined
    },
    isBusy: () => limit.pendingCount >= WAITING,
    has: (name) => find.get(name) !== undefined,
    add: async ({ name, group, scope }, password) => {
      const salt = randomBytes(16)
      return insert.run(name, salt, await hashOf(password, salt), group, scope ?? null, now()).changes > 0
    },
  }
}
