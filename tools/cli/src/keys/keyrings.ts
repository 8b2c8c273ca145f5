import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readSecretFile } from '@mochi/config/secret-file'
import { replaceFile } from '@mochi/files'
import { formatKeyring, parseKeyring } from '@mochi/names'
import type { Flavor, Keyring } from '@mochi/names'
import type { Context } from '../context.ts'
import { errors } from './errors.ts'

/** Flavors that have secrets: what keeps laptops apart is none. */
export const SECRET_FLAVORS = ['dev', 'prod'] as const satisfies readonly Flavor[]
export type SecretFlavor = (typeof SECRET_FLAVORS)[number]

/** The clusters that share a secret. */
export type KeyPlace = { readonly idc: string; readonly flavor: SecretFlavor }

export function keyringFile({ prefix }: Pick<Context, 'prefix'>, { idc, flavor }: KeyPlace): string {
  return join(prefix, 'etc/secrets/names', `${idc}-${flavor}`)
}

/** Undefined where there is no file. Throws CLI_KEYS_UNUSABLE and NAMES_KEYRING_INVALID. */
export async function readKeyring(context: Pick<Context, 'prefix'>, place: KeyPlace): Promise<Keyring | undefined> {
  const file = keyringFile(context, place)
  const read = await readSecretFile(file, { uid: process.getuid?.() ?? 0, isCredential: false })
  if (read.kind === 'absent') return undefined
  if (read.kind === 'refused') throw errors.CLI_KEYS_UNUSABLE({ file, ...read })
  return parseKeyring(read.text)
}

/** Puts it in the place of the one that was there, for its owner alone. */
export async function writeKeyring(context: Pick<Context, 'prefix'>, place: KeyPlace, keyring: Keyring): Promise<void> {
  const file = keyringFile(context, place)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await replaceFile(file, formatKeyring(keyring))
}
