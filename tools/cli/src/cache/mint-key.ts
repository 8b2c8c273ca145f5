import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { readSecretFile } from '@mochi/config/secret-file'
import { keepSecret } from '@mochi/errors'
import type { Context } from '../context.ts'
import { errors } from './errors.ts'

export type MintKey =
  { readonly kind: 'read'; readonly key: string } | { readonly kind: 'absent'; readonly file: string }

/**
 * The key that signs tokens: that of the service cache of this machine, or the file that was named. Throws
 * CLI_CACHE_KEY_UNUSABLE.
 */
export async function readMintKey({ prefix }: Pick<Context, 'prefix'>, named?: string): Promise<MintKey> {
  const file = named ?? join(prefix, 'etc/secrets/cache/mintKey')
  const read = await readSecretFile(file, { uid: process.getuid?.() ?? 0, isCredential: false })
  if (read.kind === 'absent') return { kind: 'absent', file }
  // A file that somebody has named is looked at first: it may be another one than was meant.
  const command = named === undefined && read.kind === 'refused' ? read.command : undefined
  if (read.kind === 'refused') throw errors.CLI_CACHE_KEY_UNUSABLE({ file, ...read, command })
  const key = read.text.trim()
  keepSecret(key)
  return { kind: 'read', key }
}

/** The user and the machine, as entries name their writer. */
export function whoAmI(): string {
  return `${userInfo().username}@${hostname()}`.replace(/[^ -~]/g, '?').slice(0, 200)
}
