/**
 * The environment variable of a key: `variableName('user-profile', 'maxItems')` is `USER_PROFILE_MAX_ITEMS`, and
 * `variableName('foo', 'tls.cert')` is `FOO_TLS_CERT`.
 */
export function variableName(name: string, key: string): string {
  const words = `${name}-${key.replace(/([a-z0-9])([A-Z])/g, '$1-$2')}`
  return words.replaceAll(/[^A-Za-z0-9]/g, '_').toUpperCase()
}
