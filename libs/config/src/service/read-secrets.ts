import { join } from 'node:path'
import { keepSecret } from '@mochi/errors'
import { findAllErrors } from '../all-errors.ts'
import { describeSchema } from '../describe-schema.ts'
import { createGiven } from './given.ts'
import type { Given } from './given.ts'
import { flattenKeys } from './keys.ts'
import type { ObjectKey, SecretKey } from './keys.ts'
import { makeSecretFile, readSecretFile } from './secret-file.ts'
import type { SecretFile } from './secret-file.ts'
import type { ServiceFault } from './service-fault.ts'

export type SecretPlaces = {
  /** `<prefix>/etc/secrets/<name>`; none where there is no prefix. */
  folder: string | undefined
  /** systemd's `$CREDENTIALS_DIRECTORY`; what stands there wins. */
  credentials: string | undefined
  uid: number
}

type ReadSecrets = { given: Given; faults: readonly ServiceFault[] }

/** The file that a secret is looked for, as errors name it. */
export function secretFileOf({ folder, credentials }: SecretPlaces, path: string): string {
  return join(folder ?? credentials ?? '$CREDENTIALS_DIRECTORY', path)
}

/**
 * The secrets of a service. With `make`, those that a laptop may make for itself are written where they are missing. Each
 * is kept from every error and log from then on.
 */
export async function readSecrets(root: ObjectKey, places: SecretPlaces, make: boolean): Promise<ReadSecrets> {
  const given = createGiven()
  const keys = flattenKeys(root).filter((key) => key.kind === 'secret')
  const faults = await Promise.all(
    keys.map(async (key) => {
      const { file, read } = await readSecret(key, places, make)
      if (read.kind === 'absent') return []
      if (read.kind === 'refused') return [toFault(key, file, read)]
      keepSecret(read.text)
      const isFitting = findAllErrors(key.part, read.text).length === 0
      if (!isFitting) return [toFault(key, file, { ...unfitting(key), command: undefined })]
      given.values.set(key.path, { value: read.text, origin: { kind: 'secret', file } })
      return []
    }),
  )
  return { given, faults: faults.flat() }
}

async function readSecret(
  key: SecretKey,
  { folder, credentials, uid }: SecretPlaces,
  make: boolean,
): Promise<{ file: string; read: SecretFile }> {
  if (credentials !== undefined) {
    const file = join(credentials, key.path)
    const read = await readSecretFile(file, { uid, isCredential: true })
    if (read.kind !== 'absent') return { file, read }
  }
  if (folder === undefined) return { file: '', read: { kind: 'absent' } }
  const file = join(folder, key.path)
  const read = await readSecretFile(file, { uid, isCredential: false })
  if (read.kind !== 'absent' || !make || !key.isMade) return { file, read }
  return { file, read: await makeAndRead(file, uid) }
}

async function makeAndRead(file: string, uid: number): Promise<SecretFile> {
  try {
    await makeSecretFile(file)
  } catch (error) {
    const { message } = error as Error
    return { kind: 'refused', expected: 'to be able to write a secret', found: message, command: undefined }
  }
  return readSecretFile(file, { uid, isCredential: false })
}

function unfitting(key: SecretKey): { expected: string; found: string } {
  return { expected: describeSchema(key.part), found: 'another text' }
}

type Words = { expected: string; found: string; command: string | undefined }

function toFault(key: SecretKey, file: string, { expected, found, command }: Words): ServiceFault {
  return { kind: 'secret', file, key: key.path, expected, found, command }
}
