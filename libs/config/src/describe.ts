import type { Node } from 'jsonc-parser'

const SHOWN = 40

/** What stands there, in a few words: `the text "80"`, `an empty list`. */
export function describeNode(node: Node): string {
  switch (node.type) {
    case 'string':
      return `the text ${quote(String(node.value))}`
    case 'number':
    case 'boolean':
      return `the ${node.type} ${String(node.value)}`
    case 'array':
      return node.children?.length ? `a list of ${count(node.children.length, 'entry')}` : 'an empty list'
    case 'object':
      return node.children?.length ? `an object of ${count(node.children.length, 'entry')}` : 'an empty object'
    case 'null':
    case 'property':
      return node.type
  }
}

/** A text in quotes, its end cut off when it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`)
}

/** `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
}

/** `one entry`, `3 entries`. */
export function count(number: number, noun: 'character' | 'entry'): string {
  if (number === 1) return `one ${noun}`
  return `${number} ${noun === 'entry' ? 'entries' : `${noun}s`}`
}
