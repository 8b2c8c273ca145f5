/** Where a value of a configuration comes from. */
export type Origin =
  | { kind: 'default' }
  | { kind: 'file'; file: string; line: number; column: number }
  | { kind: 'variable'; variable: string }
  | { kind: 'secret'; file: string }
  | { kind: 'given' }

/** An origin for a person: `mochi.json:4:12`, `HELLO_PORT`, `default`. */
export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default'
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`
    case 'variable':
      return origin.variable
    case 'secret':
      return origin.file
    case 'given':
      return 'given by the caller'
  }
}
