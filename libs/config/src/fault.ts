/** One thing that is wrong with a document, and the part of its text that is to blame. */
export type Fault = {
  /** In UTF-16 code units from the beginning of the text, like everything in JavaScript and in editors. */
  offset: number
  length: number
  expected: string
  found: string
  /** The nearest thing that would do, where there is one. */
  suggestion?: string | undefined
}

/** A fault with its place as people and editors count it: from 1, columns in UTF-16 code units. */
export type LocatedFault = Fault & {
  line: number
  column: number
  /** The line with the span underlined, to be printed in a fixed-width font. */
  excerpt: string
}
