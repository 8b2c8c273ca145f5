import { REDACTED, redact } from './redact.ts'
import { isSecretKey } from './secret-keys.ts'

/** Shorter values are left where they stand in a text, or every `a` of the message would go with a password `a`. */
const SHORTEST_SECRET = 3
const DEEPEST = 12

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
  return { text, value: (value) => redactValue(value, { text, copies: new Map(), depth: 0 }) }
}

type Walk = { text: (text: string) => string; copies: Map<object, unknown>; depth: number }

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
    case 'boolean':
    case 'number':
    case 'undefined':
      return value
  }
}

function redactObject(value: object, walk: Walk): unknown {
  if (walk.copies.has(value)) return walk.copies.get(value)
  if (walk.depth === DEEPEST) return '<deeper>'
  walk.copies.set(value, '<circular>')
  const copy = copyObject(value, { ...walk, depth: walk.depth + 1 })
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

/** What an object holds under which key. A getter that throws must not keep the error itself from being made. */
export function entriesOf(value: object): [string, unknown][] {
  if (value instanceof Map) return Array.from(value, ([key, item]: [unknown, unknown]) => [keyText(key), item])
  try {
    return Object.entries(value)
  } catch {
    return [['unreadable', '<getter>']]
  }
}

/** Not every value has a text: `String` throws for objects without a prototype. */
function keyText(key: unknown): string {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : `<${typeof key}>`
}

/** Every text below a key that names a secret, as it is and as JSON and URLs write it, the longest first. */
function secretsIn(facts: unknown): string[] {
  const found = new Set<string>()
  collect(facts, { found, isSecret: false, seen: new Set(), depth: 0 })
  return [...found]
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())])
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((first, second) => second.length - first.length)
}

type Search = { found: Set<string>; isSecret: boolean; seen: Set<object>; depth: number }

function collect(value: unknown, search: Search): void {
  if (search.isSecret && (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')) {
    search.found.add(String(value))
  }
  if (typeof value !== 'object' || value === null || search.seen.has(value) || search.depth === DEEPEST) return
  search.seen.add(value)
  const items = value instanceof Set ? Array.from(value, (item: unknown) => ['', item] as const) : entriesOf(value)
  for (const [key, item] of items) {
    collect(item, { ...search, isSecret: search.isSecret || isSecretKey(key), depth: search.depth + 1 })
  }
}
