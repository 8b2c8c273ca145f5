/**
 * The role that a token of the cache claims; undefined for one of another issuer. Nobody has verified it: it only saves
 * requests that would be refused.
 */
export function readRole(token: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const role = (claims as { role?: unknown } | null)?.role
    return typeof role === 'string' ? role : undefined
  } catch {
    return undefined
  }
}
