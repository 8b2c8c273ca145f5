import { errors } from '@mochi/build-cache'
import type { JWTVerifyGetKey } from 'jose'
import type { Verify } from './authenticate.ts'
import { grantOfClaims, isOfProject } from './grant-of-claims.ts'
import type { Claims, IssuerRules } from './grant-of-claims.ts'
import { createIssuerKeys, IssuerAway } from './issuer-keys.ts'
import type { IssuerPlace } from './issuer-keys.ts'

export type IssuerConfig = IssuerPlace & IssuerRules & { readonly audience: string }

/** Signatures with a key that only the issuer has. One that is shared (HMAC) could be made by whoever checks it. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

/** Seconds by which the clocks of two machines may differ. */
const SKEW = 30

type Known = IssuerConfig & { readonly keys: JWTVerifyGetKey }

/** Whether a token says that it is of an issuer whom we know; nothing is checked yet. */
export function createOidc(
  issuers: readonly IssuerConfig[],
  now: () => number,
): { isOurs: (token: string) => boolean; verify: Verify } {
  const known = issuers.map((issuer): Known => ({ ...issuer, keys: createIssuerKeys(issuer, now) }))
  const of = (token: string) => known.filter(({ issuer }) => issuer === issuerOf(token))
  return {
    isOurs: (token) => of(token).length > 0,
    verify: async (token) => {
      const { rules, claims } = await firstClaims(of(token), token, now)
      const grant = grantOfClaims(rules, claims)
      if (typeof grant === 'string') throw refused(grant)
      return grant
    },
  }
}

/** Two projects of one issuer are two entries: that of the token's project is meant. What the last one says is why not. */
async function firstClaims(
  issuers: readonly Known[],
  token: string,
  now: () => number,
): Promise<{ claims: Claims; rules: IssuerRules }> {
  const last = { refusal: refused('nobody knows its issuer') }
  for (const rules of issuers) {
    try {
      const claims = await claimsOf(token, { ...rules, now })
      if (isOfProject(rules, claims)) return { claims, rules }
      last.refusal = refused('it was given to another project')
    } catch (error) {
      last.refusal = error as Error
    }
  }
  throw last.refusal
}

async function claimsOf(
  token: string,
  { keys, issuer, audience, now }: Pick<Known, 'keys' | 'issuer' | 'audience'> & { now: () => number },
): Promise<Claims> {
  const { jwtVerify } = await import('jose')
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      currentDate: new Date(now()),
      clockTolerance: SKEW,
      requiredClaims: ['exp', 'iat'],
    })
    return payload
  } catch (error) {
    if (error instanceof IssuerAway) throw refused(error.message)
    throw refused(REASONS[(error as { code?: string }).code ?? ''] ?? 'its issuer has not signed it')
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'it has expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'it was made for something else',
}

function refused(reason: string): Error {
  return errors.BUILD_CACHE_TOKEN_REFUSED({ reason })
}

function issuerOf(token: string): unknown {
  try {
    const body = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
    return (JSON.parse(body) as { iss?: unknown } | null)?.iss
  } catch {
    return undefined
  }
}
