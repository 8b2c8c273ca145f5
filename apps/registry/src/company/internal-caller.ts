import { createHash, timingSafeEqual } from 'node:crypto'
import type { Identity } from '../tokens/identity.ts'

/** The header by which our proxy tells Verdaccio's thread who asks; the secret, made at each start, is known to these two alone. */
export function formatCaller(secret: string, identity: Identity): string {
  return `Mochi ${secret} ${Buffer.from(JSON.stringify(identity)).toString('base64url')}`
}

/** Undefined for whatever was not made with this secret. */
export function parseCaller(secret: string, header: string | undefined): Identity | undefined {
  const [scheme, given = '', identity = ''] = header?.split(' ') ?? []
  if (scheme !== 'Mochi' || !timingSafeEqual(digest(given), digest(secret))) return undefined
  return JSON.parse(Buffer.from(identity, 'base64url').toString('utf8')) as Identity
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
