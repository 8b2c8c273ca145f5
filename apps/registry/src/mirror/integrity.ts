import type { Algorithm } from './drafts.ts'
import type { Dist } from '../packument/packument.ts'

/** What bytes have to have: of a tarball the strongest digest that its packument names, of an archive the one of its lock. In hex. */
export type Integrity = { readonly algorithm: Algorithm; readonly digest: string }

const SHA512 = /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)/

/**
 * Of `dist.integrity` (https://www.w3.org/TR/SRI/) the SHA-512, otherwise `dist.shasum`, as packages have it that were published before 2017. Undefined when there
 * is neither: such bytes could not be told from any others.
 */
export function integrityOf({ integrity, shasum }: Dist): Integrity | undefined {
  const [, found] = SHA512.exec(integrity ?? '') ?? []
  if (found !== undefined) return { algorithm: 'sha512', digest: Buffer.from(found, 'base64').toString('hex') }
  // A weaker digest does not stand in for a stronger one that nobody can read.
  if (integrity !== undefined && !/(?:^|\s)sha1-/.test(integrity)) return undefined
  return shasum !== undefined && /^[0-9a-f]{40}$/.test(shasum) ? { algorithm: 'sha1', digest: shasum } : undefined
}
