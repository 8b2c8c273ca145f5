import type { Node } from 'jsonc-parser'

/** A value of a document, which knows where it stands in the text. */
export type DocumentNode = Node

/** One entry of an object: its key, where the key stands, and its value. */
export type Entry = { key: string; keyNode: Node; value: Node }

/** The entries of an object in the order of the text, also those whose key stands twice; none of anything else. */
export function entriesOf(node: Node | undefined): Entry[] {
  if (node?.type !== 'object') return []
  return (node.children ?? []).flatMap(({ children: [keyNode, value] = [] }) =>
    keyNode === undefined || value === undefined ? [] : [{ key: String(keyNode.value), keyNode, value }],
  )
}

/** The items of a list; none of anything else. */
export function itemsOf(node: Node | undefined): Node[] {
  return node?.type === 'array' ? (node.children ?? []) : []
}

/** The value of a key, as JSON.parse sees it: that of the last entry. */
export function getValue(node: Node | undefined, key: string): Node | undefined {
  return entriesOf(node).findLast((entry) => entry.key === key)?.value
}

/** The node that a JSON pointer (RFC 6901) names. */
export function resolvePointer(root: Node, pointer: string): Node | undefined {
  return parsePointer(pointer).reduce<Node | undefined>(
    (node, key) => (node?.type === 'array' ? itemsOf(node)[Number(key)] : getValue(node, key)),
    root,
  )
}

/** The keys of a JSON pointer (RFC 6901). */
export function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The plain value of a tree: what JSON.parse returns for its text, `__proto__` as a key like any other. */
export function toValue(node: Node): unknown {
  if (node.type === 'array') return itemsOf(node).map(toValue)
  if (node.type === 'object') return Object.fromEntries(entriesOf(node).map(({ key, value }) => [key, toValue(value)]))
  return node.value as unknown
}
