/**
 * How the names of settings, headers, variables and fields end that hold a secret, in any case; `pass` and `pwd` only
 * where they are a word of their own: `DB_PASS`, `dbPass`, and neither `bypass` nor `OLDPWD`.
 */
export const SECRET_KEY_ENDING =
  '(?:_pass|_pwd|(?-i:(?<=[a-z0-9])P(?:ass|wd))|token|secret|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|credential|_auth|authorization|cookie)s?'

const ending = new RegExp(`${SECRET_KEY_ENDING}$`, 'i')

/** True for the name of a field that holds a secret: `token`, `NPM_TOKEN`, `clientSecret`, `_auth`, `x-api-key` and kin. */
export function isSecretKey(key: string): boolean {
  return ending.test(key)
}
