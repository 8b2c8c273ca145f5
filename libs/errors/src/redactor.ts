import { spellingsOf } from './known-secrets.ts'
import { REDACTED, redact } from './redact.ts'
import { isSecretKey } from './secret-keys.ts'

/** Shorter values are left where they stand in a text, or every `a` of the message would go with a password `a`. */
const SHORTEST_SECRET = 3
const DEEPEST = 12
/** What stands where reading threw: a getter, a revoked proxy, an object that only claims to be a Date. */
export const UNREADABLE = '<unreadable>'

/** Removes secrets from the parts of one error. */
export type Redactor = {
  text(text: string): string
  /** The same as data that JSON can hold: cycles, depth, functions and bytes are replaced by a word for them. */
  value(value: unknown): unknown
}

/** A redactor that also removes, wherever they stand, the values that `facts` holds under a key that names a secret. */
export function createRedactor(facts: unknown): Redactor {
  const known = secretsIn(facts)
  const text = (text: string): string => redact(known.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text))
  const numbers = new Set(known)
  return { text, value: (value) => redactValue(value, { text, numbers, copies: new Map(), depth: 0 }) }
}

type Walk = {
  text: (text: string) => string
  /** Known secrets, to compare numbers with. */
  numbers: ReadonlySet<string>
  copies: Map<object, unknown>
  depth: number
}

function redactValue(value: unknown, walk: Walk): unknown {
  switch (typeof value) {
    case 'string':
      return walk.text(value)
    case 'bigint':
      return walk.text(String(value))
    case 'function':
    case 'symbol':
      return `<${typeof value}>`
    case 'object':
      return value === null ? null : redactObject(value, walk)
    case 'number':
      return walk.numbers.has(String(value)) ? REDACTED : value
    case 'boolean':
    case 'undefined':
      return value
  }
}

function redactObject(value: object, walk: Walk): unknown {
  if (walk.copies.has(value)) return walk.copies.get(value)
  if (walk.depth === DEEPEST) return '<deeper>'
  walk.copies.set(value, '<circular>')
  const copy = attempt(() => copyObject(value, { ...walk, depth: walk.depth + 1 }), UNREADABLE)
  walk.copies.set(value, copy)
  return copy
}

function copyObject(value: object, walk: Walk): unknown {
  if (value instanceof Date) return new Date(value)
  if (value instanceof URL) return walk.text(value.href)
  if (value instanceof Error) return { name: redactValue(value.name, walk), message: redactValue(value.message, walk) }
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, (item) => redactValue(item, walk))
  return Object.fromEntries(
    entriesOf(value).map(([key, item]) => [walk.text(key), redactField(key, item, walk)] as const),
  )
}

function redactField(key: string, value: unknown, walk: Walk): unknown {
  return isSecretKey(key) && value !== undefined ? REDACTED : redactValue(value, walk)
}

/** What an object holds under which key. Throws what its getters throw. */
export function entriesOf(value: object): [string, unknown][] {
  if (value instanceof Map) return Array.from(value, ([key, item]: [unknown, unknown]) => [keyText(key), item])
  return Object.entries(value)
}

/** What `run` gives, or `otherwise` where it throws: a value that cannot be read must not keep an error from being made. */
export function attempt<Value>(run: () => Value, otherwise: Value): Value {
  try {
    return run()
  } catch {
    return otherwise
  }
}

/** Not every value has a text: `String` throws for objects without a prototype. */
function keyText(key: unknown): string {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : `<${typeof key}>`
}

/** Every text below a key that names a secret, as it is and as JSON and URLs write it, the longest first. */
function secretsIn(facts: unknown): string[] {
  const found = new Set<string>()
  collect(facts, { found, isSecret: false, seen: { plain: new Set(), secret: new Set() }, depth: 0 })
  return [...found]
    .flatMap(spellingsOf)
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((first, second) => second.length - first.length)
}

type Search = {
  found: Set<string>
  isSecret: boolean
  /** An object may stand under a harmless key and under one that names a secret: then it is visited twice. */
  seen: Record<'plain' | 'secret', Set<object>>
  depth: number
}

function collect(value: unknown, search: Search): void {
  if (search.isSecret && (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')) {
    search.found.add(String(value))
  }
  const seen = search.seen[search.isSecret ? 'secret' : 'plain']
  if (typeof value !== 'object' || value === null || seen.has(value) || search.depth === DEEPEST) return
  seen.add(value)
  const items = attempt(() => itemsOf(value), [])
  for (const [key, item] of items) {
    collect(item, { ...search, isSecret: search.isSecret || isSecretKey(key), depth: search.depth + 1 })
  }
}

function itemsOf(value: object): [string, unknown][] {
  return value instanceof Set ? Array.from(value, (item: unknown) => ['', item]) : entriesOf(value)
}
