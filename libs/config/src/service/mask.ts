import { findNearest } from '@mochi/names'
import { entriesOf, itemsOf } from '../tree.ts'
import type { DocumentNode } from '../tree.ts'
import { flattenKeys } from './keys.ts'
import type { ObjectKey } from './keys.ts'

/**
 * A text in which no value stands any more under a key that is a secret's, or nearly: `apiKye`. Everything keeps its place,
 * so that faults point into it as into the text itself.
 */
export function maskValues(root: ObjectKey, text: string, tree: DocumentNode): string {
  const { secret, all } = wordsOf(root)
  if (secret.size === 0) return text
  const hidden = nodesUnder(
    tree,
    (key) => secret.has(key) || findNearest(key, all, { most: all.length }).some((near) => secret.has(near)),
  )
  return hidden.reduce((rest, { offset, length }) => hide(rest, offset, offset + length), text)
}

/**
 * The same for a text that is no JSON: nobody knows where a value ends there, or under which key it stands. What is left is
 * the keys that the service has, and the signs between them.
 */
export function maskText(root: ObjectKey, text: string): string {
  const { secret, all } = wordsOf(root)
  if (secret.size === 0) return text
  const known = new Set(all)
  return text.replace(/[^\s{}[\]:,"']+/g, (word) => (known.has(word) ? word : '*'.repeat(word.length)))
}

function wordsOf(root: ObjectKey): { secret: ReadonlySet<string>; all: readonly string[] } {
  const keys = flattenKeys(root)
  const word = (path: string) => path.split('.').at(-1) ?? ''
  return {
    secret: new Set(keys.filter(({ kind }) => kind === 'secret').map(({ path }) => word(path))),
    all: keys.map(({ path }) => word(path)),
  }
}

function nodesUnder(node: DocumentNode, isHidden: (key: string) => boolean): DocumentNode[] {
  const inEntries = entriesOf(node).flatMap(({ key, value }) => (isHidden(key) ? [value] : nodesUnder(value, isHidden)))
  return [...inEntries, ...itemsOf(node).flatMap((item) => nodesUnder(item, isHidden))]
}

function hide(text: string, from: number, to: number): string {
  return text.slice(0, from) + text.slice(from, to).replace(/[^\r\n]/g, '*') + text.slice(to)
}
