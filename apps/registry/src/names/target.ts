import { isPackageName, unscoped } from './package-name.ts'

/** What of a registry a path means: https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md */
export type Target =
  | { readonly kind: 'packument'; readonly name: string }
  /** One version of a package, by its number or by a dist-tag. */
  | { readonly kind: 'manifest'; readonly name: string; readonly wanted: string }
  | { readonly kind: 'tarball'; readonly name: string; readonly version: string }

const VERSION_LENGTH = 256

/** A URL as a request has it, without its query. */
export function pathOf(url = ''): string {
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

/**
 * Parses a path without its query. Undefined for what means no package: `/-/…`, names that npm does not take, and paths that
 * mean something else once they are decoded. `@scope%2fname` and `@scope/name` are the same.
 */
export function parseTarget(path: string): Target | undefined {
  const named = parseNamed(path)
  if (named === undefined) return undefined
  const { name, others } = named
  const [wanted, file] = others
  if (wanted === undefined) return { kind: 'packument', name }
  if (wanted === '-' && file !== undefined && others.length === 2) return tarball(name, file)
  return others.length === 1 && isVersion(wanted) ? { kind: 'manifest', name, wanted } : undefined
}

/** The name that a path begins with, and what follows it, decoded. */
export function parseNamed(path: string): { name: string; others: string[] } | undefined {
  const [first = '', ...others] = decodeParts(path) ?? []
  const isSplit = first.startsWith('@') && !first.includes('/')
  const name = isSplit ? `${first}/${others.shift() ?? ''}` : first
  return isPackageName(name) ? { name, others } : undefined
}

/** Only the first part may hold a slash, that of a scope. */
function decodeParts(path: string): string[] | undefined {
  if (!path.startsWith('/') || path.startsWith('/-/')) return undefined
  try {
    const parts = path.slice(1).split('/').map(decodeURIComponent)
    return parts.slice(1).some((part) => part.includes('/')) ? undefined : parts
  } catch {
    return undefined
  }
}

function tarball(name: string, file: string): Target | undefined {
  const start = `${unscoped(name)}-`
  if (!file.startsWith(start) || !file.endsWith('.tgz')) return undefined
  const version = file.slice(start.length, -'.tgz'.length)
  return isVersion(version) ? { kind: 'tarball', name, version } : undefined
}

function isVersion(text: string): boolean {
  return text.length <= VERSION_LENGTH && /^[A-Za-z0-9][A-Za-z0-9.+_-]*$/.test(text)
}
