import type { TSchema } from 'typebox'
import { findDuplicateKeys } from '../duplicate-keys.ts'
import { locate } from '../locate.ts'
import { findShapeFaults } from '../shape.ts'
import { parseSyntax } from '../syntax.ts'
import { getValue } from '../tree.ts'
import type { DocumentNode } from '../tree.ts'
import { addCompanyValues } from './company-value.ts'
import { addTree, createGiven } from './given.ts'
import type { Given, MisplacedSecret } from './given.ts'
import { maskText, maskValues } from './mask.ts'
import type { ObjectKey } from './keys.ts'
import type { Origin } from './origin.ts'
import type { ServiceFault } from './service-fault.ts'
import { toSourceSchema } from './source-schema.ts'

export type DocumentSource = {
  /** As faults and origins name it. */
  file: string
  text: string
  /** The keys that lead to the service's part: `['services', 'hello']` in mochi.json, none in a file of its own. */
  at: readonly string[]
  /** Where a secret of the service belongs. */
  secretFile: (path: string) => string
}

export type ReadSource = {
  given: Given
  faults: readonly ServiceFault[]
  /** Something may have been said that could not be read: then nobody knows what is missing. */
  isDamaged: boolean
}

/** What a JSON text says of a service's configuration, with every fault pointed at in the text, and no secret shown in it. */
export function readDocument(root: ObjectKey, source: DocumentSource): ReadSource {
  const { file, text, at } = source
  const { root: tree, faults: syntaxFaults } = parseSyntax(text)
  const given = createGiven()
  if (tree === undefined) {
    const shown = maskText(root, text)
    const faults = locate(shown, parseSyntax(text, shown).faults)
    return { given, faults: faults.map((fault) => ({ kind: 'text', file, fault })), isDamaged: true }
  }
  // What is commented out may be a secret too, and a comment is no part of the tree.
  const shown = syntaxFaults.length > 0 ? maskText(root, text) : maskValues(root, text, tree)
  const node = at.reduce<DocumentNode | undefined>((inner, key) => getValue(inner, key), tree)
  const originOf = placeIn(file, text)
  const secrets = node === undefined ? [] : addTree(given, root, { node, originOf })
  if (at.length > 0) addCompanyValues(given, root, { tree, originOf })
  const faults = locate(shown, [
    ...parseSyntax(text, shown).faults,
    ...findDuplicateKeys(at.length === 0 ? tree : (node ?? tree)),
    ...findShapeFaults(documentSchema(root, at), tree),
    ...secrets.map((secret) => misplaced(secret, source)),
  ])
  return { given, faults: faults.map((fault) => ({ kind: 'text', file, fault })), isDamaged: false }
}

function misplaced({ key, keyNode }: MisplacedSecret, { secretFile }: DocumentSource) {
  const { offset, length } = keyNode
  return { offset, length, expected: `the secret ${key.path} in the file ${secretFile(key.path)}`, found: 'it here' }
}

/** Of a document that belongs to others too, only the part of the service is looked at, and what leads to it. */
function documentSchema(root: ObjectKey, at: readonly string[]): TSchema {
  const own = toSourceSchema(root.part) as TSchema & { properties: object }
  if (at.length === 0) return { ...own, properties: { ...own.properties, $schema: { type: 'string' } } }
  return at.reduceRight<TSchema>((inner, key) => ({ type: 'object', properties: { [key]: inner } }), own)
}

function placeIn(file: string, text: string): (node: DocumentNode) => Origin {
  return ({ offset, length }) => {
    const [place = { line: 1, column: 1 }] = locate(text, [{ offset, length, expected: '', found: '' }])
    return { kind: 'file', file, line: place.line, column: place.column }
  }
}
