/** Whether this is a CI run: every service sets CI, to `true`, `1` or its own name; people turn it off by `CI=false`. */
export function isCi(env: Readonly<Record<string, string | undefined>>): boolean {
  return !['', 'false', undefined].includes(env['CI'])
}
