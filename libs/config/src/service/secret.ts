import { Type } from 'typebox'
import type { TSchema, TString, TStringOptions } from 'typebox'

/** The keyword that marks a schema's part as a secret. */
const MARK = 'mochiSecret'

/** A secret shorter than this could not be removed from a text without removing innocent words too. */
const SHORTEST = 8

export type SecretOptions = Pick<TStringOptions, 'description' | 'minLength' | 'maxLength' | 'pattern'> & {
  /**
   * `made`: where the host is a laptop and no file is there, a random one is written at the first start. For keys that
   * nobody else has to know, as one that signs cookies. Without it a secret has to be given everywhere.
   */
  localdev?: 'made'
}

/**
 * A value that comes from a file which only its owner can read, and from nowhere else:
 * `<prefix>/etc/secrets/<name>/<key>`, or systemd's `$CREDENTIALS_DIRECTORY/<key>`. A string for the service; whatever
 * shows configurations shows `<set>`.
 */
export function Secret({ localdev, ...options }: SecretOptions = {}): TString {
  return Type.String({ minLength: SHORTEST, ...options, [MARK]: localdev === 'made' ? 'made in localdev' : 'given' })
}

/** True for a part of a schema that `Secret()` made. */
export function isSecret(part: TSchema): boolean {
  return MARK in part
}

/** True for a secret that is made on a laptop. */
export function isMadeInLocaldev(part: TSchema): boolean {
  return (part as { [MARK]?: unknown })[MARK] === 'made in localdev'
}
