import { isLoopbackName } from '@mochi/names'
import type { JWTVerifyGetKey } from 'jose'
import { errors } from '../errors.ts'

/** Milliseconds that an issuer has to answer: whoever waits for us waits no longer than 2 s. */
const PATIENCE = 1_500
/** Milliseconds in which an issuer that was away is not asked again. */
const PAUSE = 5_000
/** Milliseconds for which keys, and where they are, are good without asking again. */
const KEPT = 600_000

export type IssuerPlace = { readonly issuer: string; readonly jwks?: string | undefined }

/** An issuer could not be asked; the message says why. */
export class IssuerAway extends Error {
  constructor(address: string, cause: unknown) {
    super(`the keys of ${address} could not be fetched (${reasonOf(cause)})`, { cause })
    this.name = 'IssuerAway'
  }
}

/**
 * The keys of an issuer, fetched when they are first needed: from `jwks`, or from where its discovery document says
 * (OpenID Connect Discovery 1.0). Throws IssuerAway. CACHE_ISSUER_UNUSABLE, at once, for an address that is not https.
 */
export function createIssuerKeys({ issuer, jwks }: IssuerPlace, now: () => number): JWTVerifyGetKey {
  const state: { keys?: JWTVerifyGetKey; until: number; away?: { error: IssuerAway; until: number } | undefined } = {
    until: 0,
  }
  requireHttps(issuer)
  if (jwks !== undefined) requireHttps(jwks)
  const find = async (): Promise<JWTVerifyGetKey> => {
    const { createRemoteJWKSet } = await import('jose')
    const url = jwks ?? (await discover(issuer))
    return createRemoteJWKSet(requireHttps(url), { timeoutDuration: PATIENCE, cacheMaxAge: KEPT })
  }
  return async (...asked) => {
    if (state.away !== undefined && now() < state.away.until) throw state.away.error
    try {
      const keys = state.keys !== undefined && now() < state.until ? state.keys : await find()
      if (keys !== state.keys) Object.assign(state, { keys, until: now() + KEPT })
      return await keys(...asked)
    } catch (cause) {
      if (isAboutToken(cause)) throw cause
      const error = new IssuerAway(issuer, cause)
      state.away = { error, until: now() + PAUSE }
      throw error
    }
  }
}

async function discover(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE), redirect: 'error' })
  if (!response.ok) throw new Error(`${response.status}`)
  const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown } | null
  if (document?.issuer !== issuer || typeof document.jwks_uri !== 'string')
    throw new Error('its discovery document is of another issuer')
  return document.jwks_uri
}

/** The keys are there, and none is the one of this token. */
function isAboutToken(error: unknown): boolean {
  return ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED'].includes(
    (error as { code?: string }).code ?? '',
  )
}

function requireHttps(address: string): URL {
  const url = URL.parse(address)
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackName(url.hostname))
  if (url === null || !isSafe) throw errors.CACHE_ISSUER_UNUSABLE({ address })
  return url
}

function reasonOf(cause: unknown): string {
  const { message, cause: inner } = cause as Error
  return inner instanceof Error ? `${message}: ${inner.message}` : message
}
