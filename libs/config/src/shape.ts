import type { Node } from 'jsonc-parser'
import type { TSchema } from 'typebox'
import type { TLocalizedValidationError } from 'typebox/error'
import { Settings } from 'typebox/system'
import { Errors } from 'typebox/value'
import { describeNode, oneOf, quote } from './describe.ts'
import type { Fault } from './fault.ts'
import { nearest } from './nearest.ts'
import { entriesOf, itemsOf, parsePointer, resolvePointer, toValue } from './tree.ts'

/** What of a schema a fault's words are made of. */
type SchemaPart = {
  type?: string
  properties?: Record<string, SchemaPart>
  patternProperties?: Record<string, SchemaPart>
  items?: SchemaPart
  patternErrorMessage?: string
  description?: string
  minimum?: number
  maximum?: number
}

/** Everything in which a document differs from its schema, each fault once, pointed at in the text. */
export function findShapeFaults(schema: TSchema, root: Node): Fault[] {
  const errors = allErrors(schema, toValue(root))
  const faults = errors.flatMap((error) => toFaults(schema as SchemaPart, root, error))
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()]
}

/** typebox stops at eight errors unless told otherwise, for the whole process. */
function allErrors(schema: TSchema, value: unknown): TLocalizedValidationError[] {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: Number.MAX_SAFE_INTEGER })
  try {
    return Errors(schema, value)
  } finally {
    Settings.Set({ maxErrors })
  }
}

function toFaults(schema: SchemaPart, root: Node, error: TLocalizedValidationError): Fault[] {
  const node = resolvePointer(root, error.instancePath)
  const part = partAt(schema, error.instancePath)
  if (node === undefined || part === undefined || isSaidElsewhere(error)) return []
  if (error.keyword === 'required') return error.params.requiredProperties.map((key) => missingKey(node, part, key))
  if (error.keyword === 'additionalProperties') return unknownKeys(node, part, error.params.additionalProperties)
  if (error.keyword === 'uniqueItems') return repeatedItems(node)
  return [{ ...spanOf(node), expected: expectation(part), found: describeNode(node) }]
}

/** `boolean` repeats `additionalProperties` for each key; names of keys are checked where their meaning is known. */
function isSaidElsewhere({ keyword, schemaPath }: TLocalizedValidationError): boolean {
  return keyword === 'boolean' || keyword === 'propertyNames' || schemaPath.endsWith('/propertyNames')
}

function missingKey(node: Node, part: SchemaPart, key: string): Fault {
  const description = part.properties?.[key]?.description
  const why = description === undefined ? '' : ` (${description.replace(/\.$/, '')})`
  return { offset: node.offset, length: 1, expected: `the key ${quote(key)}${why}`, found: 'an object without it' }
}

function unknownKeys(node: Node, part: SchemaPart, keys: readonly string[]): Fault[] {
  const known = Object.keys(part.properties ?? {})
  const unknown = new Set(keys)
  return entriesOf(node)
    .filter(({ key }) => unknown.has(key))
    .map(({ key, keyNode }) => {
      const meant = nearest(key, known)
      const suggestion = meant === undefined ? undefined : quote(meant)
      return { ...spanOf(keyNode), expected: `a key that is ${oneOf(known.map(quote))}`, found: quote(key), suggestion }
    })
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

function expectation(part: SchemaPart): string {
  if (part.patternErrorMessage !== undefined) return part.patternErrorMessage
  if (part.type === 'integer') return `a whole number from ${part.minimum ?? '…'} to ${part.maximum ?? '…'}`
  return { array: 'a list with at least one entry', object: 'an object', string: 'a text' }[part.type ?? ''] ?? 'JSON'
}

function partAt(schema: SchemaPart, pointer: string): SchemaPart | undefined {
  return parsePointer(pointer).reduce<SchemaPart | undefined>((part, key) => {
    const named = Object.entries(part?.properties ?? {}).find(([name]) => name === key)?.[1]
    return named ?? Object.values(part?.patternProperties ?? {})[0] ?? part?.items
  }, schema)
}

function spanOf({ offset, length }: Node): { offset: number; length: number } {
  return { offset, length }
}
