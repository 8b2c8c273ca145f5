import { createHash, hkdfSync } from 'node:crypto'
import { errors } from './errors.ts'

/** A secret of one flavor in one data centre. `epoch` counts its changes: signers use the newest, verifiers take two. */
export type Secret = { readonly epoch: number; readonly secret: Uint8Array }

/** What keys are for: the isolation of a cluster's calls, by its service name, and its updates of DNS, by its domain. */
export type KeyPurpose = `cookie/${string}` | `tsig/${string}`

export type DerivedKey = { readonly epoch: number; readonly key: Buffer }

const LEAST_BYTES = 32

/** What keeps the clusters of laptops apart from each other; no secret: hex SHA-256 of the service name. */
export function localdevCookie(service: string): string {
  return createHash('sha256').update(service).digest('hex')
}

/**
 * The key for a purpose, 32 bytes: HKDF-SHA-256 (RFC 5869) of the secret, without salt, its info being `mochi/1/EPOCH/PURPOSE`. Who has one key can
 * compute no other. Throws NAMES_SECRET_WEAK.
 */
export function deriveKey({ epoch, secret }: Secret, purpose: KeyPurpose): DerivedKey {
  if (secret.length < LEAST_BYTES) throw errors.NAMES_SECRET_WEAK({ bytes: secret.length })
  const info = `mochi/1/${epoch}/${purpose}`
  return { epoch, key: Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), info, 32)) }
}

/** The keys for a purpose, the one that signers use first; at most two. */
export function deriveKeys(secrets: readonly Secret[], purpose: KeyPurpose): DerivedKey[] {
  const newest = secrets.toSorted((first, second) => second.epoch - first.epoch).slice(0, 2)
  return newest.map((secret) => deriveKey(secret, purpose))
}
