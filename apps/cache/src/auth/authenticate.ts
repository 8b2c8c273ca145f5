import { errors, verifyToken } from '@mochi/build-cache'
import type { Grant } from '@mochi/build-cache'
import { isMochiError } from '@mochi/errors'
import { problem } from '@mochi/service'

/** The grant of a token that somebody brings; throws BUILD_CACHE_TOKEN_REFUSED. */
export type Verify = (token: string) => Promise<Grant>

/** How many tokens are remembered as good, so that not every request of a run is checked anew. */
const REMEMBERED = 1_000

/** Who asks, by the `Authorization` header alone. Throws a problem with 401. */
export type Authenticate = (header: string | undefined) => Grant | Promise<Grant>

export function createAuthenticate(verify: Verify, now: () => number): Authenticate {
  const good = new Map<string, Grant>()
  return (header = '') => {
    const known = good.get(header)
    if (known !== undefined && known.expires.getTime() > now()) return known
    good.delete(header)
    return check(header)
  }

  async function check(header: string): Promise<Grant> {
    const token = /^Bearer +(\S{1,8192})$/i.exec(header)?.[1]
    if (token === undefined) throw refused(errors.BUILD_CACHE_TOKEN_REFUSED({ reason: 'there was none' }))
    try {
      const grant = await verify(token)
      if (good.size >= REMEMBERED) good.delete(good.keys().next().value ?? '')
      good.set(header, grant)
      return grant
    } catch (error) {
      if (isMochiError(error)) throw refused(error)
      throw error
    }
  }
}

function refused(error: Parameters<typeof problem>[1]): unknown {
  return problem(401, error, { headers: { 'www-authenticate': 'Bearer realm="build cache"' } })
}

/** Takes tokens of any of these keys: the one that mints, and the one before it while a key is exchanged. */
export function verifyMinted(keys: readonly string[], now: () => number): Verify {
  return async (token) => {
    const failures: unknown[] = []
    for (const key of keys) {
      try {
        return await verifyToken(key, token, new Date(now()))
      } catch (error) {
        failures.push(error)
      }
    }
    throw failures[0]
  }
}
