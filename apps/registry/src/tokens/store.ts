import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { errors } from '../errors.ts'
import { isPackageName } from '../names/package-name.ts'
import { quote } from '../quote.ts'
import type { Group, Identity } from './identity.ts'

/** A token, without what would let anybody use it. Times are in milliseconds since 1970. */
export type Token = Identity & {
  /** By which it is revoked. */
  readonly id: string
  readonly created: number
  readonly expires: number
}

export type NewToken = Identity & { readonly expires: number }

export type Tokens = {
  /** Makes a token: its text is given this once and never again. Throws REGISTRY_TOKEN_INVALID. */
  create(token: NewToken): { readonly text: string; readonly token: Token }
  /** Those that have not expired, the newest first. */
  list(name?: string): readonly Token[]
  /** Takes one back, by its id. False when there is none. */
  revoke(id: string): boolean
  /** Who shows this `authorization` header. Undefined for one that is no token of ours, was revoked, or has expired. */
  identify(header: string | undefined): Identity | undefined
  /** The token itself, by its text. */
  find(text: string): Token | undefined
}

const TOKEN = /^mochi_[\w-]{43}$/
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
const DAY = 86_400_000
/** A token that never ends is never looked after. */
const LONGEST = 366 * DAY

type Row = Omit<Token, 'group' | 'scope'> & { digest: Uint8Array; grp: Group; scope: string | null }

const COLUMNS = 'id, digest, name, grp, scope, created, expires'

/** Tokens are kept by their SHA-256 alone: who reads the database can use none of them. */
export function createTokens(database: DatabaseSync, now: () => number): Tokens {
  const insert = database.prepare(`insert into tokens (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)`)
  const byId = database.prepare(`select ${COLUMNS} from tokens where id = ? and expires > ?`)
  const all = database.prepare(`select ${COLUMNS} from tokens where expires > ? order by created desc, id`)
  const remove = database.prepare('delete from tokens where id = ?')
  const clear = database.prepare('delete from tokens where expires <= ?')
  const find = (text: string): Token | undefined => {
    if (!TOKEN.test(text)) return undefined
    const digest = digestOf(text)
    const row = byId.get(idOf(digest), now()) as Row | undefined
    return row !== undefined && timingSafeEqual(digest, row.digest) ? tokenOf(row) : undefined
  }
  return {
    create: (wanted) => {
      validateToken(wanted, now())
      clear.run(now())
      const text = `mochi_${randomBytes(32).toString('base64url')}`
      const digest = digestOf(text)
      const { name, group, scope, expires } = wanted
      const token = { id: idOf(digest), name, group, scope, created: now(), expires }
      insert.run(token.id, digest, name, group, scope ?? null, token.created, expires)
      return { text, token }
    },
    list: (name) => (all.all(now()) as Row[]).map(tokenOf).filter((token) => name === undefined || token.name === name),
    revoke: (id) => remove.run(id).changes > 0,
    identify: (header) => {
      const [, text = ''] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? []
      const token = find(text)
      return token && { name: token.name, group: token.group, scope: token.scope }
    },
    find,
  }
}

function validateToken({ name, scope, expires }: NewToken, now: number): void {
  const faults = [
    ...(NAME.test(name) ? [] : [`a name of letters, digits, dots and dashes (found ${quote(name)})`]),
    ...(scope === undefined || (scope.startsWith('@') && isPackageName(`${scope}/a`))
      ? []
      : [`a scope such as @acme (found ${quote(scope)})`]),
    ...(expires > now && expires - now <= LONGEST
      ? []
      : [`an end within a year (found one in ${Math.round((expires - now) / DAY)} days)`]),
  ]
  if (faults.length > 0) throw errors.REGISTRY_TOKEN_INVALID({ needs: faults.join(', ') })
}

function tokenOf({ id, name, grp, scope, created, expires }: Row): Token {
  return { id, name, group: grp, scope: scope ?? undefined, created, expires }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function idOf(digest: Buffer): string {
  return digest.toString('hex').slice(0, 16)
}
