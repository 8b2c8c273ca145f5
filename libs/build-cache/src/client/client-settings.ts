import { homedir } from 'node:os'
import { join } from 'node:path'
import { findPrefix } from '@mochi/config/find-prefix'
import { readSecretFile } from '@mochi/config/secret-file'
import type { MochiError } from '@mochi/errors'
import { keepSecret } from '@mochi/errors'
import { isLoopbackName } from '@mochi/names'
import { errors } from '../errors.ts'
import { readGrant } from '../token.ts'
import type { CacheKey } from './find-cache.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export type World = {
  readonly env: Environment
  /** The toolchain's prefix, below which the token stands. */
  readonly prefix: string
  readonly uid: number
}

/** That of this process. */
export function worldOf(env: Environment): World {
  const prefix = findPrefix({ env, execPath: process.execPath, home: homedir() })
  return { env, prefix, uid: process.getuid?.() ?? 0 }
}

/** Where the cache is and by which right it is used; or why it is not used, as an error to show or, without a token, a remark. */
export type Settings =
  | {
      readonly kind: 'on'
      readonly url: string
      readonly token: string
      readonly mayWrite: boolean
      /** The token is a CI's own, and says nothing of this cache: it is exchanged for one that lasts as long as a run. */
      readonly isOfCi: boolean
      readonly compare: number
    }
  | { readonly kind: 'refused'; readonly error: MochiError }
  | { readonly kind: 'no-token'; readonly file: string }

export async function readClientSettings(key: CacheKey, world: World): Promise<Settings> {
  const url = parseUrl(key.url)
  if (url === undefined) return { kind: 'refused', error: errors.BUILD_CACHE_URL_INVALID({ origin: key.origin }) }
  if (url.protocol === 'http:' && !isLoopbackName(url.hostname) && !key.insecure) {
    return { kind: 'refused', error: errors.BUILD_CACHE_TOKEN_IN_CLEAR({ url: url.href, origin: key.origin }) }
  }
  const token = await readToken(world)
  if (typeof token !== 'string') return token
  keepSecret(token)
  // One of a CI says nothing about itself here: it is tried.
  const role = readGrant(token)?.role
  const mayWrite = role === undefined || role === 'main' || role === 'branch'
  return { kind: 'on', url: url.href, token, mayWrite, isOfCi: role === undefined, compare: key.compare }
}

function parseUrl(text: string): URL | undefined {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined
  return url.username + url.password + url.search + url.hash === '' ? url : undefined
}

async function readToken({ env, prefix, uid }: World): Promise<string | Settings> {
  const given = env['MOCHI_CACHE_TOKEN']?.trim() ?? ''
  if (given !== '') return checked(given, '$MOCHI_CACHE_TOKEN')
  const file = tokenFile(prefix)
  const read = await readSecretFile(file, { uid, isCredential: false })
  if (read.kind === 'absent') return { kind: 'no-token', file }
  if (read.kind === 'read') return checked(read.text.trim(), file)
  const { expected, found, command } = read
  return { kind: 'refused', error: errors.BUILD_CACHE_TOKEN_UNUSABLE({ file, expected, found, command }) }
}

/** Where the token of this user stands below a prefix. */
export function tokenFile(prefix: string): string {
  return join(prefix, 'etc/secrets/build-cache/token')
}

/** What can stand in a header, RFC 6750, 2.1. */
function checked(token: string, file: string): string | Settings {
  if (/^[\w.~+/-]+=*$/.test(token)) return token
  const facts = { file, expected: 'a token of one word', found: token === '' ? 'nothing' : 'other characters' }
  // Nobody is told to print it.
  const command = './mochi cache token --help'
  return { kind: 'refused', error: errors.BUILD_CACHE_TOKEN_UNUSABLE({ ...facts, command }) }
}
