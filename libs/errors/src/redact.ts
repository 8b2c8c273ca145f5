const REDACTED = '<redacted>'

/**
 * What a secret looks like in text we did not write: each pattern keeps its first group and loses the rest.
 * Sources: RFC 3986 3.2.1 (userinfo), RFC 9110 11.4 (credentials), npm's configuration (`:_authToken` and kin),
 * the prefixes of npm's and GitHub's tokens, RFC 7468 (PEM).
 */
const SECRETS: readonly RegExp[] = [
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi,
  /(\b(?:bearer|basic|digest)\s+)[a-z0-9._~+/=-]{6,}/gi,
  /(\b(?:_?auth(?:token)?|_?password|passwd|secret|token|api[_-]?key|cookie)["']?\s*[:=]\s*["']?)[^\s"'&,;}]{4,}/gi,
  /()\b(?:npm_[a-z0-9]{20,}|gh[opsur]_[a-z0-9]{20,}|github_pat_\w{20,})/gi,
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?=-----END|$)/g,
]

/** The text with every secret in it replaced by `<redacted>`. Errors call it while they are made, loggers before they write. */
export function redact(text: string): string {
  return SECRETS.reduce(
    (rest, secret) =>
      rest.replace(secret, (whole, kept: string) => `${kept}${REDACTED}${whole.endsWith('@') ? '@' : ''}`),
    text,
  )
}
