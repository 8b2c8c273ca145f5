import type { Node } from 'jsonc-parser'
import { quote } from './describe.ts'
import type { Fault } from './fault.ts'
import { entriesOf, itemsOf } from './tree.ts'

/** Keys that stand twice in one object: JSON.parse drops the first without a word. */
export function findDuplicateKeys(node: Node): Fault[] {
  const seen = new Set<string>()
  const here = entriesOf(node).flatMap(({ key, keyNode }): Fault[] => {
    if (!seen.has(key)) {
      seen.add(key)
      return []
    }
    const { offset, length } = keyNode
    return [{ offset, length, expected: 'every key once in an object', found: `${quote(key)} again` }]
  })
  const inner = [...entriesOf(node).map(({ value }) => value), ...itemsOf(node)]
  return [...here, ...inner.flatMap(findDuplicateKeys)]
}
