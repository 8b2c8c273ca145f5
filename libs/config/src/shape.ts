import type { Node } from 'jsonc-parser'
import type { TSchema } from 'typebox'
import type { TLocalizedValidationError } from 'typebox/error'
import { findNearest } from '@mochi/names'
import { findAllErrors } from './all-errors.ts'
import { describeNode, oneOf, quote } from './describe.ts'
import { describeSchema } from './describe-schema.ts'
import type { SchemaPart } from './describe-schema.ts'
import type { Fault } from './fault.ts'
import { entriesOf, itemsOf, parsePointer, resolvePointer, toValue } from './tree.ts'
import { settleUnions } from './unions.ts'

/**
 * Everything in which a document differs from its schema, each fault once, pointed at in the text. A key or text that one
 * of the faults in `meant` points at is left to that fault: who knows what a name means says it better than a pattern.
 */
export function findShapeFaults(schema: TSchema, root: Node, meant: readonly Fault[] = []): Fault[] {
  const errors = settleUnions(findAllErrors(schema, toValue(root)))
  const known = new Set(meant.map(({ offset }) => offset))
  const faults = errors.flatMap((error) => {
    const found = toFaults(schema, root, error)
    return ['propertyNames', 'pattern'].includes(error.keyword)
      ? found.filter(({ offset }) => !known.has(offset))
      : found
  })
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()]
}

function toFaults(schema: TSchema, root: Node, error: TLocalizedValidationError): Fault[] {
  if (isSaidElsewhere(error)) return []
  const node = resolvePointer(root, error.instancePath) ?? root
  const part = partAt(schema, error.schemaPath)
  if (error.keyword === 'required') return error.params.requiredProperties.map((key) => missingKey(node, part, key))
  if (error.keyword === 'additionalProperties') return unknownKeys(node, part, error.params.additionalProperties)
  if (error.keyword === 'propertyNames') return wrongNames(node, part, error.params.propertyNames)
  if (error.keyword === 'uniqueItems') return repeatedItems(node)
  return [{ ...spanOf(node), expected: describeSchema(part), found: describeNode(node) }]
}

/** Two kinds of error come for each key, and once more for the object that holds the keys. */
function isSaidElsewhere({ keyword, schemaPath }: TLocalizedValidationError): boolean {
  if (keyword === 'boolean') return /(?<!\/properties)\/additionalProperties$/.test(schemaPath)
  return keyword !== 'propertyNames' && /(?<!\/properties)\/propertyNames(\/|$)/.test(schemaPath)
}

function missingKey(node: Node, part: SchemaPart, key: string): Fault {
  const description = part.properties?.[key]?.description
  const why = description === undefined ? '' : ` (${description.replace(/\.$/, '')})`
  return { offset: node.offset, length: 1, expected: `the key ${quote(key)}${why}`, found: 'an object without it' }
}

function unknownKeys(node: Node, part: SchemaPart, keys: readonly string[]): Fault[] {
  const known = Object.keys(part.properties ?? {})
  const words = [
    ...(known.length === 0 ? [] : [`is ${oneOf(known.map(quote))}`]),
    ...Object.keys(part.patternProperties ?? {}).map((pattern) => `matches ${pattern}`),
  ]
  const expected = words.length === 0 ? 'an object without keys' : `a key that ${oneOf(words)}`
  return keyNodes(node, keys).map(({ key, keyNode }) => {
    const [meant] = findNearest(key, known)
    const suggestion = meant === undefined ? undefined : quote(meant)
    return { ...spanOf(keyNode), expected, found: quote(key), suggestion }
  })
}

function wrongNames(node: Node, { propertyNames }: SchemaPart, keys: readonly string[]): Fault[] {
  const expected = `a key: ${describeSchema({ type: 'string', ...propertyNames })}`
  return keyNodes(node, keys).map(({ key, keyNode }) => ({ ...spanOf(keyNode), expected, found: quote(key) }))
}

function keyNodes(node: Node, keys: readonly string[]): { key: string; keyNode: Node }[] {
  const wanted = new Set(keys)
  return entriesOf(node).filter(({ key }) => wanted.has(key))
}

function repeatedItems(node: Node): Fault[] {
  const seen = new Set<string>()
  return itemsOf(node).flatMap((item): Fault[] => {
    const text = JSON.stringify(toValue(item))
    if (!seen.has(text)) {
      seen.add(text)
      return []
    }
    return [{ ...spanOf(item), expected: 'every entry once', found: `${describeNode(item)} again` }]
  })
}

/** The part of a schema that a path like `#/properties/port` leads to. */
function partAt(schema: TSchema, path: string): SchemaPart {
  const part = parsePointer(path).reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? at[key as keyof typeof at] : {}),
    schema,
  )
  return part as SchemaPart
}

function spanOf({ offset, length }: Node): { offset: number; length: number } {
  return { offset, length }
}
