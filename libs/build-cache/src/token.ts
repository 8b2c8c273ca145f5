import { randomUUID } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { errors } from './errors.ts'
import { branchOf, branchScope, isBranchName, LONGEST, ROLES } from './grant.ts'
import type { Grant, Role } from './grant.ts'

/** What tells our tokens from those of a CI. */
const ISSUER = 'mochi-build-cache'

/** Seconds by which the clocks of two machines may differ. */
const SKEW = 30

export type TokenWish = {
  role: Role
  /** For the role `branch` alone. */
  branch?: string | undefined
  /** Who gets it, as entries name their writer. */
  writer: string
  hours: number
}

/**
 * A token for what is wished: a JWT (RFC 7519) with HMAC SHA-256, which nothing but the key can make or check.
 * BUILD_CACHE_TOKEN_UNFIT for a wish that is none, or a key of less than 32 characters.
 */
export async function mintToken(key: string, wish: TokenWish, now: Date = new Date()): Promise<string> {
  checkWish(wish)
  const { SignJWT } = await import('jose')
  const issued = Math.floor(now.getTime() / 1000)
  const scope = wish.branch === undefined ? 'main' : branchScope(wish.branch)
  return await new SignJWT({ role: wish.role, scope })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setSubject(wish.writer)
    .setJti(randomUUID())
    .setIssuedAt(issued)
    .setExpirationTime(issued + Math.round(wish.hours * 3600))
    .sign(toBytes(key))
}

/** The grant of a token that this key has signed and that is still good; BUILD_CACHE_TOKEN_REFUSED otherwise. */
export async function verifyToken(key: string, token: string, now: Date = new Date()): Promise<Grant> {
  const { jwtVerify } = await import('jose')
  const bytes = toBytes(key)
  try {
    const { payload } = await jwtVerify(token, bytes, {
      ...{ issuer: ISSUER, algorithms: ['HS256'], currentDate: now, clockTolerance: SKEW },
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    })
    const grant = toGrant(payload)
    if (grant === undefined)
      throw errors.BUILD_CACHE_TOKEN_REFUSED({ reason: 'what it grants is nothing that there is' })
    return grant
  } catch (error) {
    throw refuse(error)
  }
}

/** What a token says of itself, unchecked: for who holds it and wants to know. Undefined for any other text. */
export function readGrant(token: string): Grant | undefined {
  const [, body = '', ...rest] = token.split('.')
  if (rest.length !== 1) return undefined
  try {
    return toGrant(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as JWTPayload)
  } catch {
    return undefined
  }
}

function checkWish({ role, branch, writer, hours }: TokenWish): void {
  const refused = (expected: string, found: string) => errors.BUILD_CACHE_TOKEN_UNFIT({ expected, found })
  if (!ROLES.includes(role)) throw refused(`a role that is one of ${ROLES.join(', ')}`, JSON.stringify(role))
  if (role === 'branch' && (branch === undefined || !isBranchName(branch)))
    throw refused(
      'a branch of 1 to 200 printable ASCII characters',
      branch === undefined ? 'none' : JSON.stringify(branch),
    )
  if (role !== 'branch' && branch !== undefined) throw refused(`no branch for the role ${role}`, JSON.stringify(branch))
  if (!isWriter(writer)) throw refused('a writer of 1 to 200 printable ASCII characters', JSON.stringify(writer))
  if (!(hours > 0 && hours <= LONGEST[role]))
    throw refused(
      `more than 0 and at most ${LONGEST[role]} hours for the role ${role}`,
      Number.isNaN(hours) ? 'no number' : String(hours),
    )
}

/** It stands in headers. */
function isWriter(text: unknown): text is string {
  return typeof text === 'string' && /^[ -~]{1,200}$/.test(text)
}

function toGrant({ iss, role, scope, sub, exp, iat, jti }: JWTPayload): Grant | undefined {
  if (iss !== ISSUER || !isRole(role) || typeof scope !== 'string' || !isWriter(sub)) return undefined
  if (typeof exp !== 'number' || typeof iat !== 'number' || typeof jti !== 'string') return undefined
  if (exp - iat > LONGEST[role] * 3600) return undefined
  const branch = branchOf(scope)
  const fits = role === 'branch' ? branch !== undefined && isBranchName(branch) : scope === 'main'
  return fits ? { role, scope, writer: sub, expires: new Date(exp * 1000), id: jti } : undefined
}

function isRole(value: unknown): value is Role {
  return ROLES.includes(value as Role)
}

/** A shorter one can be guessed: whoever has one token can try keys against it without asking anybody. */
function toBytes(key: string): Uint8Array {
  if (key.length < 32)
    throw errors.BUILD_CACHE_TOKEN_UNFIT({ expected: 'a mint key of at least 32 characters', found: 'a shorter one' })
  return new TextEncoder().encode(key)
}

const REASONS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'it has expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'another key has signed it',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'it was made for something else',
  ERR_JOSE_ALG_NOT_ALLOWED: 'it is signed in another way',
}

function refuse(error: unknown): unknown {
  const { code = '' } = error as { code?: string }
  if (code === 'BUILD_CACHE_TOKEN_REFUSED') return error
  return errors.BUILD_CACHE_TOKEN_REFUSED({ reason: REASONS[code] ?? 'it is no token of this cache' })
}
