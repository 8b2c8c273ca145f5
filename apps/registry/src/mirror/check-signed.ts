import { UplinkFault } from '../uplink/uplink-fault.ts'
import type { MirrorOptions } from './mirror.ts'
import { checkSignatures, hasSignatures } from './signatures.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Holds versions that have signatures to the keys of upstream; without `signingKeys` it lets all through. */
export function createCheckSigned(signingKeys: Pick<SigningKeys, 'keys'> | undefined): MirrorOptions['checkSigned'] {
  return async ({ manifest, published }) => {
    if (signingKeys === undefined || !hasSignatures(manifest)) return
    const verdict = checkSignatures(manifest, { keys: await signingKeys.keys(), published })
    if (verdict.is === 'forged')
      throw new UplinkFault(
        'forged',
        `${manifest.name}@${manifest.version} is not what upstream has signed: ${verdict.reason}`,
      )
  }
}
