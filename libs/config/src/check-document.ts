import type { Node } from 'jsonc-parser'
import type { Static, TSchema } from 'typebox'
import { findDuplicateKeys } from './duplicate-keys.ts'
import type { Fault, LocatedFault } from './fault.ts'
import { locate } from './locate.ts'
import { findShapeFaults } from './shape.ts'
import { parseSyntax } from './syntax.ts'
import { toValue } from './tree.ts'

/** What a document has to keep. */
export type DocumentRules<Schema extends TSchema> = {
  schema: Schema
  /**
   * What keeps the schema and still cannot be meant. Called for every document that is JSON, whatever its shape, so that
   * all faults are told at once: it reads with `entriesOf`, `itemsOf` and `getValue`, which pass over another shape.
   */
  meaning?: (root: Node) => Fault[]
}

export type CheckedDocument<Value> = { value: Value } | { faults: readonly LocatedFault[] }

/**
 * The value of a plain JSON text, or every fault of it: of its syntax alone where it is no JSON; otherwise comments, keys
 * that stand twice, differences from the schema, and faults of meaning, in the order of the text. Throws nothing of its own.
 */
export function checkDocument<Schema extends TSchema>(
  text: string,
  rules: DocumentRules<Schema>,
): CheckedDocument<Static<Schema>> {
  const { root, faults: syntaxFaults } = parseSyntax(text)
  const faults = locate(text, [...syntaxFaults, ...(root === undefined ? [] : findDocumentFaults(root, rules))])
  return root === undefined || faults.length > 0 ? { faults } : { value: toValue(root) as Static<Schema> }
}

function findDocumentFaults(root: Node, { schema, meaning }: DocumentRules<TSchema>): Fault[] {
  const meant = meaning?.(root) ?? []
  return [...findDuplicateKeys(root), ...findShapeFaults(schema, root, meant), ...meant]
}
