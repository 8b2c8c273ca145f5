import { scopeOf, unscoped } from '../names/package-name.ts'
import { parseNamed, parseTarget } from '../names/target.ts'

/** What a client wants of the company's packages. The name is undefined where it is about none, or about many. */
export type Action =
  | { readonly kind: 'read'; readonly name?: string }
  | { readonly kind: 'search'; readonly name?: undefined }
  /** Publishes, deprecates, and the first half of an unpublish: clients send a packument for all of these. */
  | { readonly kind: 'write'; readonly name: string; readonly revision?: string | undefined }
  | { readonly kind: 'tag'; readonly name: string; readonly tag: string }
  | { readonly kind: 'remove'; readonly name: string; readonly revision: string }
  | { readonly kind: 'remove-tarball'; readonly name: string; readonly version: string }

const REVISION = /^(?<path>.+)\/-rev\/(?<revision>[0-9a-z-]{1,80})$/
const TAGS = '/-/package'
/** What Verdaccio answers that is about no package: its pages, with what they ask for. */
const COMMON = /^\/(?:$|-\/web\/|-\/static\/|-\/verdaccio\/data\/)/

/** Parses the method and the URL of a request. Undefined for what is not to be had here. */
export function parseAction(method: string, url: string): Action | undefined {
  const path = url.split('?', 1)[0] ?? ''
  if (method === 'GET' || method === 'HEAD') return parseRead(path)
  if (method !== 'PUT' && method !== 'DELETE') return undefined
  const tags = parseTags(path)
  if (tags !== undefined) return tags.tag === undefined ? undefined : { kind: 'tag', name: tags.name, tag: tags.tag }
  const { path: bare = path, revision } = REVISION.exec(path)?.groups ?? {}
  const target = parseTarget(bare)
  if (target?.kind === 'packument') return parsePackumentWrite(method, target.name, revision)
  const isRemoval = method === 'DELETE' && target?.kind === 'tarball' && revision !== undefined
  return isRemoval ? { kind: 'remove-tarball', name: target.name, version: target.version } : undefined
}

function parseRead(path: string): Action | undefined {
  const name = parseTarget(path)?.name ?? parseTags(path)?.name
  if (name !== undefined) return { kind: 'read', name }
  if (path === '/-/v1/search') return { kind: 'search' }
  return COMMON.test(path) && !/\.\.|%2e/i.test(path) ? { kind: 'read' } : undefined
}

function parsePackumentWrite(method: string, name: string, revision: string | undefined): Action | undefined {
  if (method === 'PUT') return { kind: 'write', name, revision }
  return revision === undefined ? undefined : { kind: 'remove', name, revision }
}

function parseTags(path: string): { name: string; tag: string | undefined } | undefined {
  const { name, others = [] } = (path.startsWith(TAGS) ? parseNamed(path.slice(TAGS.length)) : undefined) ?? {}
  const [what, tag, ...more] = others
  return name !== undefined && what === 'dist-tags' && more.length === 0 ? { name, tag } : undefined
}

/** Names that Verdaccio would keep in a folder of another name: what it removes from them are dots at their end and names of devices. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/
const KEPT = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?$/

/** Whether the company's store keeps a package of this name, of one of these scopes. */
export function isKept(name: string, scopes: readonly string[]): boolean {
  const rest = unscoped(name)
  return scopes.includes(scopeOf(name) ?? '') && KEPT.test(rest) && !DEVICE.test(rest)
}
