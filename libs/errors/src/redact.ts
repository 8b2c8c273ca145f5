import { removeKnown } from './known-secrets.ts'
import { SECRET_KEY_ENDING } from './secret-keys.ts'

/** What stands in a text where a secret stood. */
export const REDACTED = '<redacted>'

type SecretShape = {
  name: string
  pattern: RegExp
  /** What stays of a match. Default: its first group, then `<redacted>`. */
  replace?: (match: string, kept: string, offset: number, text: string) => string
}

/** Between a key and its value, in headers, .npmrc, YAML, query strings and JSON (also JSON inside a JSON text). */
const SEPARATOR = String.raw`\\?["'\x60]?[ \t]{0,40}[:=][ \t]{0,40}`
/** What follows is a value: not one in quotes, not one redacted before, not the `}` of `Unexpected token: }`. */
const BARE = String.raw`(?!\s|<redacted>|\\?["'\x60]|[^\w\s]{1,4}(?:\s|$))`

/**
 * What a secret looks like in text that we did not write, in the order of replacement.
 * Sources: RFC 3986 3.2 (authority), RFC 9110 11.4 (credentials), RFC 7468 (PEM), RFC 7519 (JSON web tokens), npm's
 * configuration, the token prefixes that npm, GitHub, GitLab, Slack and AWS publish, and that of our registry.
 *
 * A text of any length is read in linear time: every repetition is bounded, except one of a pattern's last element,
 * where there is nothing left that could fail. A test holds the patterns to that.
 */
export const SECRET_SHAPES: readonly SecretShape[] = [
  {
    name: 'private key',
    pattern: /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)(?:-?[^-])*/g,
  },
  {
    name: 'credentials in a URL',
    pattern: /((?:ssh)?:\/\/)(?:[^\s/?#"<>:]|:(?!\/\/))*/gi,
    replace: redactAuthority,
  },
  {
    name: 'digest authorization',
    pattern: /(\bauthorization["']?[ \t]{0,40}[:=][ \t]{0,40}digest[ \t])[^\r\n]*/gi,
  },
  {
    name: 'authorization or cookie header',
    pattern: new RegExp(String.raw`(\b(?:authorization|cookie)${SEPARATOR})${BARE}[^\r\n"'\x60]+`, 'gi'),
  },
  {
    // An ordinary word after "basic" or "bearer" stays: a token has a digit, a sign, mixed capitals, or length.
    name: 'credentials after their scheme',
    pattern:
      /(\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s{1,8})(?:[A-Za-z./-]{0,64}[\d+=_~]|[A-Za-z]{0,64}[a-z][A-Z]|[A-Z]{8}|[A-Za-z]{24})[\w.~+/=-]*/g,
  },
  { name: 'value in double quotes', pattern: quotedValue('"') },
  { name: 'value in single quotes', pattern: quotedValue("'") },
  { name: 'value in back quotes', pattern: quotedValue('`') },
  {
    name: 'value in escaped quotes',
    pattern: new RegExp(String.raw`(${SECRET_KEY_ENDING}${SEPARATOR}\\")(?:[^"\\]|\\{3}"|\\[^"])*`, 'gi'),
  },
  {
    name: 'value without quotes',
    pattern: new RegExp(String.raw`(${SECRET_KEY_ENDING}${SEPARATOR})${BARE}\S+`, 'gi'),
    replace: redactUnlessSentence,
  },
  {
    name: 'token with a known prefix',
    pattern:
      /()\b(?:npm_[A-Za-z0-9]{20}|gh[opsur]_[A-Za-z0-9]{20}|github_pat_\w{20}|glpat-[\w-]{20}|xox[a-z]-[\w-]{10}|AKIA[A-Z0-9]{16}|eyJ[\w-]{20}|mochi_[\w-]{43})[\w.-]*/g,
  },
]

/**
 * The text with every secret in it replaced by `<redacted>`: what `keepSecret` was told, and what looks like one. Errors call it while they are made, loggers before they
 * write. Redacting twice changes nothing. Where a word may be a secret or not, it goes: `token: abc` loses `abc`.
 */
export function redact(text: string): string {
  return SECRET_SHAPES.reduce(
    (rest, { pattern, replace = (_, kept) => kept + REDACTED }) => rest.replace(pattern, replace),
    removeKnown(text, REDACTED),
  )
}

/** A user name alone is a secret too (`https://TOKEN@host`), but for ssh, where it names an account: `ssh://git@host`. */
function redactAuthority(match: string, scheme: string): string {
  const authority = match.slice(scheme.length)
  const at = authority.lastIndexOf('@')
  const isAccount = /^ssh/i.test(scheme) && !authority.slice(0, at).includes(':')
  return at === -1 || isAccount ? match : scheme + REDACTED + authority.slice(at)
}

/** A key, then everything to the closing quote: such a value may hold spaces and escaped quotes. */
function quotedValue(quote: string): RegExp {
  return new RegExp(String.raw`(${SECRET_KEY_ENDING}${SEPARATOR}${quote})(?:[^${quote}\\]|\\.)*`, 'gis')
}

/**
 * The name of a file may end like a key; what follows it then may be a sentence: `"/etc/passwd": its path`, or from the
 * operating system, which begins with a capital, `/etc/secrets/token: Permission denied`. A value of one word, or of
 * anything but letters, is none; neither is what stands after a key that is no path: `password: correct horse`.
 */
function redactUnlessSentence(match: string, kept: string, offset: number, text: string): string {
  const end = offset + kept.length
  const path = /\/[\w.-]{0,80}(\\?["'`])?:[ \t]{1,40}$/.exec(text.slice(Math.max(0, offset - 80), end))
  if (path === null) return kept + REDACTED
  const words =
    path[1] === undefined ? /^[A-Z][a-z]{1,15} [a-z]{1,15}(?![\w-])/ : /^[A-Z]?[a-z]{1,15} [a-z]{1,15}(?![\w-])/
  return words.test(text.slice(end, end + 40)) ? match : kept + REDACTED
}
