import { scopeOf } from './package-name.ts'

/**
 * Whether a name is one of the company's, of which nobody else is asked: scopes are compared in lower case, for elsewhere `@Acme` may be
 * somebody else's, or the company's own.
 */
export function isOwn(name: string, scopes: readonly string[]): boolean {
  const scope = scopeOf(name)?.toLowerCase()
  return scopes.some((own) => own.toLowerCase() === scope)
}

/** Whether a text names a package of one of these scopes, or the scope with its `@`, also as a URL has it. */
export function createNamesOwn(scopes: readonly string[]): (text: string) => boolean {
  const named = toPattern(scopes, (name) => `@${name}(?![a-z0-9._-])`)
  return (text) => named.test(plain(text))
}

/** The same for what somebody looks for, in whom a scope stands without its `@` too: `acme billing`, `scope:acme`. */
export function createMentionsOwn(scopes: readonly string[]): (text: string) => boolean {
  const mentioned = toPattern(scopes, (name) => `(?<![a-z0-9])${name}(?![a-z0-9])`)
  return (text) => mentioned.test(plain(text))
}

function toPattern(scopes: readonly string[], toText: (name: string) => string): RegExp {
  return new RegExp(scopes.map((scope) => toText(RegExp.escape(scope.slice(1).toLowerCase()))).join('|') || '(?!)')
}

/** Letters that only look different are the same, and so are those that a URL writes in another way. */
function plain(text: string): string {
  const decoded = text.replace(/%([0-7][0-9a-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  return decoded.normalize('NFKC').toLowerCase()
}
