import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Manifest } from '../packument/packument.ts'
import { checkSignatures, parseSigningKeys } from './signatures.ts'
import type { SigningKey } from './signatures.ts'

const published = '2026-01-01T00:00:00.000Z'
const [ours, other] = [createSigner('SHA256:ours'), createSigner('SHA256:other')]

test('a version that its registry has signed is signed', () => {
  expect(checkSignatures(signed(ours), { keys: [ours.key], published })).toEqual({ is: 'signed', keyid: 'SHA256:ours' })
})

test('one signature that holds is enough', () => {
  const manifest = signed(ours)
  const both = {
    ...manifest,
    dist: { ...manifest.dist, signatures: [{ keyid: 'SHA256:new', sig: 'AAAA' }, ...signaturesOf(manifest)] },
  }
  expect(checkSignatures(both, { keys: [ours.key, { ...other.key, keyid: 'SHA256:new' }], published }).is).toBe(
    'signed',
  )
})

test('of a version without signatures, or a registry without keys, nothing can be said', () => {
  const manifest = signed(ours)
  expect(checkSignatures({ ...manifest, dist: { tarball: 'a' } }, { keys: [ours.key], published }).is).toBe('unsigned')
  expect(checkSignatures(manifest, { keys: [], published }).is).toBe('unsigned')
})

describe('a version is forged', () => {
  test.each<[string, Manifest]>([
    ['with the digest of another', withDist({ integrity: 'sha512-other' })],
    ['under another number', { ...signed(ours), version: '1.0.1' }],
    ['under another name', { ...signed(ours), name: 'b' }],
    ['with a signature that is none', withDist({ signatures: [{ keyid: 'SHA256:ours', sig: 'AAAA' }] })],
    ['with a key that its registry does not have', signed(createSigner('SHA256:strange'))],
    [
      'with the signature of another key under this name',
      signed({ ...other, key: { ...other.key, keyid: 'SHA256:ours' } }),
    ],
  ])('%s', (_what, manifest) => {
    expect(checkSignatures(manifest, { keys: [ours.key, other.key], published }).is).toBe('forged')
  })

  test('signed with a key that had expired when it was published', () => {
    const keys = [{ ...ours.key, expires: '2025-12-31T00:00:00.000Z' }]
    expect(checkSignatures(signed(ours), { keys, published })).toMatchObject({ is: 'forged' })
    expect(checkSignatures(signed(ours), { keys, published: undefined })).toMatchObject({ is: 'forged' })
  })
})

test('what a key signed before it expired still holds', () => {
  const keys = [{ ...ours.key, expires: '2026-06-01T00:00:00.000Z' }]
  expect(checkSignatures(signed(ours), { keys, published }).is).toBe('signed')
})

test('keys that are none are left out of what a registry says', () => {
  const text = JSON.stringify({ keys: [ours.key, {}, null, { ...other.key, expires: 7 }] })
  expect(parseSigningKeys(text)).toEqual([ours.key])
  expect(parseSigningKeys('{}')).toEqual([])
})

type Signer = { readonly key: SigningKey; readonly sign: (text: string) => string }

function createSigner(keyid: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  return {
    key: { keyid, key, scheme: 'ecdsa-sha2-nistp256', expires: null },
    sign: (text) => sign('sha256', Buffer.from(text), privateKey).toString('base64'),
  }
}

function signed({ key, sign: signText }: Signer): Manifest {
  const integrity = 'sha512-of-a'
  const signatures = [{ keyid: key.keyid, sig: signText(`a@1.0.0:${integrity}`) }]
  return { name: 'a', version: '1.0.0', dist: { tarball: 'https://registry.example/a.tgz', integrity, signatures } }
}

function withDist(dist: object): Manifest {
  const manifest = signed(ours)
  return { ...manifest, dist: { ...manifest.dist, ...dist } }
}

function signaturesOf({ dist }: Manifest): unknown[] {
  return dist.signatures as unknown[]
}
