import { createPublicKey, verify } from 'node:crypto'
import type { Manifest } from '../packument/packument.ts'

/** A key of a registry, as `/-/npm/v1/keys` has it, by npm’s documentation of ECDSA registry signatures */
export type SigningKey = {
  readonly keyid: string
  /** SPKI in DER, base64. */
  readonly key: string
  readonly scheme: string
  /** ISO time; null for one that is in use. */
  readonly expires: string | null
}

/** What a version's signatures are worth with the keys of its registry. */
export type SignatureVerdict =
  | { readonly is: 'signed'; readonly keyid: string }
  /** It has none, or its registry has no keys: nothing can be said. */
  | { readonly is: 'unsigned' }
  | { readonly is: 'forged'; readonly reason: string }

type Signature = { readonly keyid: string; readonly sig: string }

const SCHEME = 'ecdsa-sha2-nistp256'

/**
 * Checks the signatures of a version over its name, number and digest. One that a key of the registry made is enough; a version with
 * signatures of which none holds is forged. A key that has expired still holds for what was published before.
 */
export function checkSignatures(
  { name, version, dist }: Manifest,
  { keys, published }: { keys: readonly SigningKey[]; published: string | undefined },
): SignatureVerdict {
  const signatures = signaturesOf(dist.signatures)
  if (signatures.length === 0 || keys.length === 0) return { is: 'unsigned' }
  const message = Buffer.from(`${name}@${version}:${dist.integrity ?? ''}`)
  const known = signatures.flatMap(({ keyid, sig }) => {
    const key = keys.find((each) => each.keyid === keyid && each.scheme === SCHEME)
    return key === undefined ? [] : [{ key, sig }]
  })
  if (known.length === 0) return { is: 'forged', reason: 'its registry does not have the key that signed it' }
  const inTime = known.filter(({ key }) => !isTooLate(key, published))
  if (inTime.length === 0) return { is: 'forged', reason: 'the key that signed it had expired when it was published' }
  const holding = inTime.find(({ key, sig }) => holds(message, key, sig))
  if (holding === undefined) return { is: 'forged', reason: 'its signature is of something else' }
  return { is: 'signed', keyid: holding.key.keyid }
}

export function hasSignatures({ dist }: Manifest): boolean {
  return signaturesOf(dist.signatures).length > 0
}

/** What is no signature is passed over: with it alone a version is unsigned. */
function signaturesOf(given: unknown): Signature[] {
  if (!Array.isArray(given)) return []
  return given.filter((each: unknown): each is Signature => {
    const { keyid, sig } = (each ?? {}) as Partial<Record<keyof Signature, unknown>>
    return typeof keyid === 'string' && typeof sig === 'string'
  })
}

function isTooLate({ expires }: SigningKey, published: string | undefined): boolean {
  return expires !== null && !(Date.parse(published ?? '') < Date.parse(expires))
}

function holds(message: Buffer, { key }: SigningKey, sig: string): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
    return verify('sha256', message, publicKey, Buffer.from(sig, 'base64'))
  } catch {
    return false
  }
}

/** The keys in what a registry answers; those that are none are left out. */
export function parseSigningKeys(text: string): readonly SigningKey[] {
  const { keys } = JSON.parse(text) as { keys?: unknown }
  if (!Array.isArray(keys)) return []
  return keys.filter((each: unknown): each is SigningKey => {
    const { keyid, key, scheme, expires = null } = (each ?? {}) as Partial<Record<keyof SigningKey, unknown>>
    const isTimed = expires === null || typeof expires === 'string'
    return typeof keyid === 'string' && typeof key === 'string' && typeof scheme === 'string' && isTimed
  })
}
