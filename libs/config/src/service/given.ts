import type { DocumentNode } from '../tree.ts'
import { entriesOf, getValue, toValue } from '../tree.ts'
import type { Key, ObjectKey, SecretKey } from './keys.ts'
import type { Origin } from './origin.ts'

/** A value and where it comes from. */
export type GivenValue = { value: unknown; origin: Origin }

/** What one source says, by the paths of keys: its values, and the objects that it names at all. */
export type Given = { values: Map<string, GivenValue>; objects: Map<string, Origin> }

/** A secret that stands where none may stand. */
export type MisplacedSecret = { key: SecretKey; keyNode: DocumentNode }

export function createGiven(): Given {
  return { values: new Map(), objects: new Map() }
}

/**
 * Adds what a tree says of an object's keys, and returns the secrets in it. What has another shape than the schema is passed
 * over: that is another one's fault.
 */
export function addTree(
  given: Given,
  key: ObjectKey,
  { node, originOf }: { node: DocumentNode; originOf: (node: DocumentNode) => Origin },
): MisplacedSecret[] {
  if (node.type !== 'object') return []
  given.objects.set(key.path, originOf(node))
  return key.children.flatMap(([word, child]): MisplacedSecret[] => {
    const value = getValue(node, word)
    if (value === undefined) return []
    if (child.kind === 'object') return addTree(given, child, { node: value, originOf })
    if (child.kind === 'secret') {
      const entries = entriesOf(node).filter((entry) => entry.key === word)
      return entries.map(({ keyNode }) => ({ key: child, keyNode }))
    }
    given.values.set(child.path, { value: toValue(value), origin: originOf(value) })
    return []
  })
}

/** The schema's defaults; an object's own default comes before those of the keys in it. */
export function readDefaults(root: ObjectKey): Given {
  const given = createGiven()
  addDefaults(given, root)
  return given
}

function addDefaults(given: Given, key: Key): void {
  const origin: Origin = { kind: 'default' }
  const own = (key.part as { default?: unknown }).default
  if (key.kind === 'value' && own !== undefined) given.values.set(key.path, { value: own, origin })
  if (key.kind !== 'object') return
  for (const [, child] of key.children) addDefaults(given, child)
  if (own !== undefined) addPlain(given, key, own)
}

function addPlain(given: Given, key: Key, value: unknown): void {
  const origin: Origin = { kind: 'default' }
  if (key.kind === 'value') given.values.set(key.path, { value, origin })
  if (key.kind !== 'object' || typeof value !== 'object' || value === null) return
  given.objects.set(key.path, origin)
  for (const [word, child] of key.children) {
    if (Object.hasOwn(value, word)) addPlain(given, child, value[word as keyof typeof value])
  }
}
